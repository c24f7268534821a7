<?php
/**
 * What the site's policy says, and what a reader may ask for.
 *
 * @package Moderation
 */

defined( 'ABSPATH' ) || exit;

/**
 * WordPress's tools for privacy.
 */
final class Moderation_Privacy {

	/**
	 * Comments in one step.
	 */
	const STEP = 100;

	/**
	 * Registers with WordPress.
	 */
	public static function start() {
		add_action( 'admin_init', array( __CLASS__, 'policy' ) );
		add_filter( 'wp_privacy_personal_data_exporters', array( __CLASS__, 'exporters' ) );
		// Before WordPress's own eraser, after which no comment has its address any more.
		add_filter( 'wp_privacy_personal_data_erasers', array( __CLASS__, 'erasers' ), 1 );
	}

	/**
	 * Suggests a text for the policy page.
	 */
	public static function policy() {
		$text = '<p class="privacy-policy-tutorial">' . esc_html__( 'The moderation service is a program that the newsroom runs itself. Say on which machine it runs, and how long you keep what moderators decided.', 'moderation' ) . '</p>'
			. '<p><strong class="privacy-policy-tutorial">' . esc_html__( 'Suggested text:', 'moderation' ) . ' </strong>'
			. esc_html__( 'Before a comment is published, a program of our own estimates whether it is hostile or off topic. For this, the text of the comment, the name that you gave, the comment that you answer and the article above it are sent to our moderation service. It runs under our control, and passes nothing on. Neither your e-mail address nor your IP address is sent.', 'moderation' ) . '</p><p>'
			. esc_html__( 'The program only proposes. A comment that it finds doubtful waits until a person has read it. Whatever our moderators decide is kept with the text of the comment, so that the program learns from it. You may ask us for the scores of your comments, and to erase them.', 'moderation' ) . '</p>';
		wp_add_privacy_policy_content( __( 'Moderation', 'moderation' ), wp_kses_post( $text ) );
	}

	/**
	 * Adds the exporter.
	 *
	 * @param array $exporters Those there are.
	 * @return array
	 */
	public static function exporters( $exporters ) {
		$exporters['moderation'] = array(
			'exporter_friendly_name' => __( 'Scores of comments', 'moderation' ),
			'callback'               => array( __CLASS__, 'export' ),
		);
		return $exporters;
	}

	/**
	 * Adds the eraser.
	 *
	 * @param array $erasers Those there are.
	 * @return array
	 */
	public static function erasers( $erasers ) {
		$erasers['moderation'] = array(
			'eraser_friendly_name' => __( 'Scores of comments', 'moderation' ),
			'callback'             => array( __CLASS__, 'erase' ),
		);
		return $erasers;
	}

	/**
	 * Exports what is kept about the comments of an address.
	 *
	 * @param string $email The address.
	 * @param int    $page  The step.
	 * @return array{data: array, done: bool}
	 */
	public static function export( $email, $page = 1 ) {
		$comments = self::comments( $email, (int) $page );
		$data     = array();
		foreach ( $comments as $comment ) {
			$verdict = Moderation_Verdicts::of( $comment );
			if ( $verdict ) {
				$data[] = array(
					'group_id'    => 'moderation',
					'group_label' => __( 'Scores of comments', 'moderation' ),
					'item_id'     => 'moderation-' . $comment->comment_ID,
					'data'        => self::rows( $verdict, $comment ),
				);
			}
		}
		return array(
			'data' => $data,
			'done' => count( $comments ) < self::STEP,
		);
	}

	/**
	 * What is exported of a verdict.
	 *
	 * @param array      $verdict The verdict.
	 * @param WP_Comment $comment Its comment.
	 * @return array[]
	 */
	private static function rows( $verdict, $comment ) {
		$values = array(
			__( 'Comment', 'moderation' )   => get_comment_link( $comment ),
			__( 'Proposal', 'moderation' )  => Moderation_Verdicts::names()[ $verdict['proposal'] ],
			__( 'Hostility', 'moderation' ) => (string) $verdict['hostility'],
			__( 'Off topic', 'moderation' ) => (string) $verdict['off_topic'],
			__( 'Words', 'moderation' )     => implode( ', ', wp_list_pluck( $verdict['reasons'], 'text' ) ),
		);
		$rows   = array();
		foreach ( array_filter( $values, 'strlen' ) as $name => $value ) {
			$rows[] = array(
				'name'  => $name,
				'value' => esc_html( $value ),
			);
		}
		return $rows;
	}

	/**
	 * Erases what is kept about the comments of an address.
	 *
	 * @param string $email The address.
	 * @param int    $page  The step.
	 * @return array{items_removed: bool, items_retained: bool, messages: string[], done: bool}
	 */
	public static function erase( $email, $page = 1 ) {
		$comments = self::comments( $email, (int) $page );
		$removed  = false;
		foreach ( $comments as $comment ) {
			$removed = (bool) Moderation_Verdicts::of( $comment ) || $removed;
			$removed = (bool) Moderation_Decisions::forget( (int) $comment->comment_ID ) || $removed;
			Moderation_Verdicts::forget( (int) $comment->comment_ID );
		}
		$told = $removed ? array( __( 'The moderation service keeps what moderators decided. Its command "moderation forget" takes the words of a reader out of there.', 'moderation' ) ) : array();
		return array(
			'items_removed'  => $removed,
			'items_retained' => false,
			'messages'       => $told,
			'done'           => count( $comments ) < self::STEP,
		);
	}

	/**
	 * The comments of an address.
	 *
	 * @param string $email The address.
	 * @param int    $page  The step.
	 * @return WP_Comment[]
	 */
	private static function comments( $email, $page ) {
		return get_comments(
			array(
				'author_email'              => $email,
				'number'                    => self::STEP,
				'paged'                     => $page,
				'orderby'                   => 'comment_ID',
				'order'                     => 'ASC',
				'status'                    => 'any',
				'update_comment_post_cache' => false,
			)
		);
	}
}
