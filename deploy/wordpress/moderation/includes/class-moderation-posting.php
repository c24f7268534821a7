<?php
/**
 * A reader posts a comment.
 *
 * @package Moderation
 */

defined( 'ABSPATH' ) || exit;

/**
 * Scores what readers post before it is published.
 *
 * A comment is first stored as pending, because it has no id before, and a site that fails in
 * between has published nothing. It is then scored, and published only if WordPress's own rules
 * and the verdict, as the settings read it, both say so.
 */
final class Moderation_Posting {

	/**
	 * The event that scores what could not be scored, and how many at once.
	 */
	const EVENT = 'moderation_score_again';
	const BATCH = 50;

	/**
	 * The comment whose storing is expected, with the status that WordPress gave it.
	 *
	 * @var array<string, mixed>|null
	 */
	private static $expected = null;

	/**
	 * Waits for comments.
	 */
	public static function start() {
		// After every other rule; akismet's comes at 10.
		add_filter( 'pre_comment_approved', array( __CLASS__, 'hold' ), 99, 2 );
		add_action( 'wp_insert_comment', array( __CLASS__, 'stored' ), 10, 2 );
		add_action( self::EVENT, array( __CLASS__, 'score_again' ) );
		add_action( 'plugins_loaded', array( __CLASS__, 'hurry' ) );
	}

	/**
	 * Leaves what is planned to other requests.
	 *
	 * WordPress may wait up to a second until it has begun with it, and a reader who posts waits for
	 * the service already.
	 */
	public static function hurry() {
		$page   = isset( $GLOBALS['pagenow'] ) ? $GLOBALS['pagenow'] : '';
		$uri    = isset( $_SERVER['REQUEST_URI'] ) ? sanitize_text_field( wp_unslash( $_SERVER['REQUEST_URI'] ) ) : '';
		$method = isset( $_SERVER['REQUEST_METHOD'] ) ? sanitize_key( $_SERVER['REQUEST_METHOD'] ) : '';
		if ( 'wp-comments-post.php' === $page || ( 'post' === $method && false !== strpos( $uri, 'wp/v2/comments' ) ) ) {
			remove_action( 'init', 'wp_cron' );
		}
	}

	/**
	 * Holds a comment until it is scored.
	 *
	 * @param int|string|WP_Error $approved What WordPress's own rules say.
	 * @param array               $data     The comment.
	 * @return int|string|WP_Error
	 */
	public static function hold( $approved, $data ) {
		self::$expected = null;
		if ( is_wp_error( $approved ) || ! in_array( (string) $approved, array( '0', '1' ), true ) ) {
			return $approved; // Spam and trash are not sent anywhere.
		}
		if ( ! Moderation_Settings::are_complete() || ! self::is_of_a_reader( $data ) ) {
			return $approved;
		}
		self::$expected = array(
			'approved' => (string) $approved,
			'post'     => (int) $data['comment_post_ID'],
		);
		return 0;
	}

	/**
	 * Whether a comment comes from a reader: not a pingback, and not from the staff.
	 *
	 * @param array $data The comment.
	 * @return bool
	 */
	private static function is_of_a_reader( $data ) {
		$type = empty( $data['comment_type'] ) ? 'comment' : $data['comment_type'];
		/**
		 * Filters the types of comments that are scored.
		 *
		 * @param string[] $types Names of types.
		 */
		if ( ! in_array( $type, (array) apply_filters( 'moderation_comment_types', array( 'comment', 'review' ) ), true ) ) {
			return false;
		}
		$user = empty( $data['user_id'] ) ? 0 : (int) $data['user_id'];
		$post = get_post( (int) $data['comment_post_ID'] );
		return ! $user || ! ( user_can( $user, 'moderate_comments' ) || ( $post && (int) $post->post_author === $user ) );
	}

	/**
	 * Scores the comment that was held, now that it has an id.
	 *
	 * @param int        $id      Its id.
	 * @param WP_Comment $comment The comment.
	 */
	public static function stored( $id, $comment ) {
		$expected       = self::$expected;
		self::$expected = null;
		if ( null === $expected || (int) $comment->comment_post_ID !== $expected['post'] || '0' !== (string) $comment->comment_approved ) {
			return;
		}
		$found = Moderation_Client::ask( array( Moderation_Verdicts::request( $comment ) ) );
		$found = is_wp_error( $found ) ? $found : $found[ $comment->comment_ID ];
		Moderation_Verdicts::keep( $comment, $found );
		if ( is_wp_error( $found ) ) {
			Moderation_Verdicts::wish( $id, $expected['approved'] );
			self::plan();
		}
		if ( '1' === $expected['approved'] && self::may_be_published( $found ) ) {
			self::publish( $id );
		}
	}

	/**
	 * Whether the settings let a comment with this verdict be published without a moderator.
	 *
	 * @param array|WP_Error $found The verdict, or why there is none.
	 * @return bool
	 */
	private static function may_be_published( $found ) {
		$case = is_wp_error( $found ) ? 'failure' : $found['action'];
		return 'publish' === $case || Moderation_Settings::WORDPRESS === Moderation_Settings::get( 'on_' . $case );
	}

	/**
	 * Publishes a comment; nobody has decided this.
	 *
	 * @param int $id The comment.
	 */
	private static function publish( $id ) {
		Moderation_Decisions::pause();
		wp_set_comment_status( $id, 'approve' );
		Moderation_Decisions::resume();
	}

	/**
	 * Plans to score later what could not be scored.
	 */
	private static function plan() {
		if ( ! wp_next_scheduled( self::EVENT ) ) {
			wp_schedule_single_event( time() + MINUTE_IN_SECONDS, self::EVENT );
		}
	}

	/**
	 * Scores what could not be scored when it came, and treats it as if it came now.
	 *
	 * A comment about which a moderator has decided meanwhile keeps its status.
	 */
	public static function score_again() {
		$waiting = get_comments(
			array(
				'status'     => 'all', // Pending and published ones, but neither spam nor trash.
				'number'     => self::BATCH,
				'orderby'    => 'comment_ID',
				'order'      => 'ASC',
				'type__in'   => array( 'comment', 'review' ),
				// phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_query -- In the background, few rows.
				'meta_query' => array(
					array(
						'key'   => Moderation_Verdicts::PROPOSAL,
						'value' => Moderation_Verdicts::UNSCORED,
					),
				),
			)
		);
		if ( ! $waiting ) {
			return;
		}
		$found = Moderation_Verdicts::score( $waiting );
		Moderation_Client::note( $found );
		if ( is_wp_error( $found ) ) {
			self::plan();
			return;
		}
		foreach ( $waiting as $comment ) {
			$id = (int) $comment->comment_ID;
			if ( '1' === Moderation_Verdicts::wished( $id ) && self::may_be_published( $found[ $id ] ) ) {
				self::publish( $id );
			}
		}
		if ( count( $waiting ) === self::BATCH ) {
			self::plan();
		}
	}
}
