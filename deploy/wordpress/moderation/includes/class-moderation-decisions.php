<?php
/**
 * What moderators decide goes to the service, as labels for the next model.
 *
 * @package Moderation
 */

defined( 'ABSPATH' ) || exit;

/**
 * A queue of decisions in a table of its own: a decision leaves it when the service has kept it.
 */
final class Moderation_Decisions {

	/**
	 * The event that sends, how many decisions at once, and in how many requests.
	 */
	const EVENT    = 'moderation_send_decisions';
	const BATCH    = 50;
	const REQUESTS = 20;

	/**
	 * The option that says which table is there.
	 */
	const VERSION_OPTION = 'moderation_table';
	const VERSION        = '1';

	/**
	 * How many parts of the plugin change statuses that nobody decided.
	 *
	 * @var int
	 */
	private static $paused = 0;

	/**
	 * Why the moderator rejects the comment under way.
	 *
	 * @var string|null
	 */
	private static $reason = null;

	/**
	 * Waits for decisions.
	 */
	public static function start() {
		add_action( 'transition_comment_status', array( __CLASS__, 'decided' ), 10, 3 );
		add_action( self::EVENT, array( __CLASS__, 'send' ) );
		add_action( 'init', array( __CLASS__, 'prepare' ) );
		// phpcs:ignore WordPress.WP.CronInterval.CronSchedulesInterval -- Nothing is sent if nothing waits.
		add_filter( 'cron_schedules', array( __CLASS__, 'intervals' ) );
	}

	/**
	 * Name of the table.
	 *
	 * @return string
	 */
	public static function table() {
		global $wpdb;
		return $wpdb->prefix . 'moderation_decisions';
	}

	/**
	 * Adds the interval at which waiting decisions are sent.
	 *
	 * @param array $intervals Those of WordPress.
	 * @return array
	 */
	public static function intervals( $intervals ) {
		$intervals['moderation'] = array(
			'interval' => 5 * MINUTE_IN_SECONDS,
			'display'  => __( 'Every five minutes', 'moderation' ),
		);
		return $intervals;
	}

	/**
	 * Makes the table and plans the sending.
	 */
	public static function activate() {
		add_filter( 'cron_schedules', array( __CLASS__, 'intervals' ) ); // phpcs:ignore WordPress.WP.CronInterval.CronSchedulesInterval -- As above.
		self::prepare();
	}

	/**
	 * Makes what is missing; a new site of a network has no table yet.
	 */
	public static function prepare() {
		if ( self::VERSION !== get_option( self::VERSION_OPTION ) ) {
			require_once ABSPATH . 'wp-admin/includes/upgrade.php';
			global $wpdb;
			$table   = self::table();
			$charset = $wpdb->get_charset_collate();
			dbDelta(
				"CREATE TABLE $table (
				id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
				comment_id bigint(20) unsigned NOT NULL,
				decision longtext NOT NULL,
				refused text NULL,
				PRIMARY KEY  (id),
				KEY comment_id (comment_id)
				) $charset;"
			);
			update_option( self::VERSION_OPTION, self::VERSION );
		}
		if ( ! wp_next_scheduled( self::EVENT ) ) {
			wp_schedule_event( time(), 'moderation', self::EVENT );
		}
	}

	/**
	 * Ends what was planned.
	 */
	public static function deactivate() {
		wp_clear_scheduled_hook( self::EVENT );
		wp_clear_scheduled_hook( Moderation_Posting::EVENT );
	}

	/**
	 * What follows until {@see resume()} was not decided by a moderator.
	 */
	public static function pause() {
		++self::$paused;
	}

	/**
	 * Ends {@see pause()}.
	 */
	public static function resume() {
		--self::$paused;
	}

	/**
	 * Moves a comment to the trash and notes why.
	 *
	 * @param int    $id     The comment.
	 * @param string $reason As the service names it: hostile or off_topic.
	 * @return bool
	 */
	public static function reject( $id, $reason ) {
		self::$reason = $reason;
		$done         = wp_trash_comment( $id );
		self::$reason = null;
		return (bool) $done;
	}

	/**
	 * Notes the decision that a change of status is, with who took it and when.
	 *
	 * @param string     $after   The new status.
	 * @param string     $before  The old one.
	 * @param WP_Comment $comment The comment.
	 */
	public static function decided( $after, $before, $comment ) {
		$id = (int) $comment->comment_ID;
		if ( Moderation_Verdicts::wished( $id ) !== '' ) {
			delete_comment_meta( $id, Moderation_Verdicts::WISHED );
		}
		$user = wp_get_current_user();
		if ( self::$paused || ! $user->exists() || $after === $before || ! self::are_sent() || self::is_from_the_desk() ) {
			return;
		}
		$type = $comment->comment_type ? $comment->comment_type : 'comment';
		if ( ! in_array( $type, array( 'comment', 'review' ), true ) || '' === trim( $comment->comment_content ) ) {
			return;
		}
		if ( 'delete' === $after && in_array( $before, array( 'trash', 'spam' ), true ) ) {
			return; // It was decided before.
		}
		$decision = array(
			'decision'   => self::decision( $after, $before ),
			'moderator'  => $user->user_login,
			'decided_at' => self::now(),
		);
		if ( 'reject' === $decision['decision'] && self::$reason ) {
			$decision['reason'] = self::$reason;
		}
		self::enqueue( $id, $decision + Moderation_Verdicts::request( $comment ) );
	}

	/**
	 * What a change of status says: to publish, to reject, or (null) that an earlier word is taken back.
	 *
	 * @param string $after  The new status.
	 * @param string $before The old one.
	 * @return string|null
	 */
	private static function decision( $after, $before ) {
		if ( in_array( $after, array( 'spam', 'trash', 'delete' ), true ) ) {
			return 'reject';
		}
		return 'approved' === $after && 'unapproved' === $before ? 'publish' : null;
	}

	/**
	 * The time to the millisecond, so that two decisions in one second are told apart.
	 *
	 * @return string
	 */
	private static function now() {
		$now = microtime( true );
		return gmdate( 'Y-m-d\TH:i:s', (int) $now ) . sprintf( '.%03dZ', (int) ( 1000 * ( $now - floor( $now ) ) ) );
	}

	/**
	 * Whether decisions are sent at all.
	 *
	 * @return bool
	 */
	private static function are_sent() {
		return Moderation_Settings::are_complete() && Moderation_Settings::get( 'feedback' );
	}

	/**
	 * Whether the review desk applies its own decision, which must not come back as another label.
	 *
	 * @return bool
	 */
	private static function is_from_the_desk() {
		return isset( $_SERVER['HTTP_X_MODERATION_SOURCE'] ) && 'desk' === $_SERVER['HTTP_X_MODERATION_SOURCE'];
	}

	/**
	 * Puts a decision into the queue.
	 *
	 * @param int   $comment_id The comment.
	 * @param array $decision   What is sent.
	 */
	private static function enqueue( $comment_id, $decision ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- A table of our own.
		$wpdb->insert(
			self::table(),
			array(
				'comment_id' => $comment_id,
				'decision'   => wp_json_encode( $decision ),
			),
			array( '%d', '%s' )
		);
		$next = wp_next_scheduled( self::EVENT );
		if ( ! $next || $next > time() ) {
			wp_clear_scheduled_hook( self::EVENT );
			wp_schedule_event( time(), 'moderation', self::EVENT );
		}
	}

	/**
	 * Sends what waits, the oldest first; whatever is not kept stays in the queue.
	 *
	 * @return true|WP_Error Why the rest still waits.
	 */
	public static function send() {
		global $wpdb;
		$table = self::table();
		for ( $request = 0; $request < self::REQUESTS; $request++ ) {
			// phpcs:ignore WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- A table of our own.
			$rows = $wpdb->get_results( $wpdb->prepare( "SELECT id, decision FROM $table WHERE refused IS NULL ORDER BY id LIMIT %d", self::BATCH ) );
			if ( ! $rows ) {
				break;
			}
			$decisions = array();
			foreach ( $rows as $row ) {
				$decisions[] = json_decode( $row->decision, true );
			}
			$refused = Moderation_Client::send( $decisions );
			if ( is_wp_error( $refused ) ) {
				self::note( $refused->get_error_message() );
				return $refused;
			}
			foreach ( $rows as $place => $row ) {
				if ( isset( $refused[ $place ] ) ) {
					$wpdb->update( self::table(), array( 'refused' => $refused[ $place ] ), array( 'id' => $row->id ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- A table of our own.
				} else {
					$wpdb->delete( self::table(), array( 'id' => $row->id ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- A table of our own.
				}
			}
		}
		self::note( '' );
		return true;
	}

	/**
	 * Notes why decisions wait.
	 *
	 * @param string $message What was wrong; '' if nothing.
	 */
	private static function note( $message ) {
		if ( get_option( 'moderation_send_error', '' ) !== $message ) {
			update_option( 'moderation_send_error', $message, false );
		}
	}

	/**
	 * What waits, what was refused, and why.
	 *
	 * @return array{waiting: int, refused: int, why: string}
	 */
	public static function state() {
		global $wpdb;
		$table = self::table();
		// phpcs:disable WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- A table of our own.
		$waiting = (int) $wpdb->get_var( "SELECT COUNT(*) FROM $table WHERE refused IS NULL" );
		$refused = (int) $wpdb->get_var( "SELECT COUNT(*) FROM $table WHERE refused IS NOT NULL" );
		$last    = (string) $wpdb->get_var( "SELECT refused FROM $table WHERE refused IS NOT NULL ORDER BY id DESC LIMIT 1" );
		// phpcs:enable
		$why = (string) get_option( 'moderation_send_error', '' );
		return array(
			'waiting' => $waiting,
			'refused' => $refused,
			'why'     => '' !== $why ? $why : $last,
		);
	}

	/**
	 * Takes what waits about a comment out of the queue.
	 *
	 * @param int $id The comment.
	 * @return int How many decisions.
	 */
	public static function forget( $id ) {
		global $wpdb;
		return (int) $wpdb->delete( self::table(), array( 'comment_id' => $id ), array( '%d' ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- A table of our own.
	}
}
