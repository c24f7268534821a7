<?php
/**
 * What moderators see in the table of comments and on the page of one comment.
 *
 * @package Moderation
 */

defined( 'ABSPATH' ) || exit;

/**
 * The column, its order and its filter, the box, and the reasons to reject.
 *
 * Whoever may not moderate sees none of it, and neither filters nor orders by it.
 */
final class Moderation_Table {

	const COLUMN = 'moderation';
	const ORDER  = 'moderation_hostility';
	const FILTER = 'moderation_proposal';
	const ACTION = 'moderation_reject';

	/**
	 * Registers with the pages of comments.
	 */
	public static function start() {
		add_filter( 'manage_edit-comments_columns', array( __CLASS__, 'columns' ) );
		add_filter( 'manage_edit-comments_sortable_columns', array( __CLASS__, 'sortable' ) );
		add_action( 'manage_comments_custom_column', array( __CLASS__, 'cell' ), 10, 2 );
		add_action( 'restrict_manage_comments', array( __CLASS__, 'filter' ) );
		add_filter( 'comments_list_table_query_args', array( __CLASS__, 'query' ) );
		add_filter( 'comments_clauses', array( __CLASS__, 'clauses' ), 10, 2 );
		add_action( 'add_meta_boxes_comment', array( __CLASS__, 'box' ) );
		add_filter( 'comment_row_actions', array( __CLASS__, 'actions' ), 10, 2 );
		add_action( 'admin_post_' . self::ACTION, array( __CLASS__, 'reject' ) );
		add_action( 'admin_head-edit-comments.php', array( __CLASS__, 'style' ) );
		add_action( 'admin_head-comment.php', array( __CLASS__, 'style' ) );
	}

	/**
	 * Whether the user sees scores.
	 *
	 * @return bool
	 */
	private static function is_moderator() {
		return current_user_can( 'moderate_comments' );
	}

	/**
	 * Adds the column behind the comment.
	 *
	 * @param string[] $columns Those there are.
	 * @return string[]
	 */
	public static function columns( $columns ) {
		if ( ! self::is_moderator() ) {
			return $columns;
		}
		$with = array();
		foreach ( $columns as $name => $title ) {
			$with[ $name ] = $title;
			if ( 'comment' === $name ) {
				$with[ self::COLUMN ] = __( 'Proposal', 'moderation' );
			}
		}
		return $with + array( self::COLUMN => __( 'Proposal', 'moderation' ) );
	}

	/**
	 * Lets the column be sorted by, the most hostile comments first.
	 *
	 * @param array $columns Those that can be.
	 * @return array
	 */
	public static function sortable( $columns ) {
		if ( self::is_moderator() ) {
			$columns[ self::COLUMN ] = array( self::ORDER, true );
		}
		return $columns;
	}

	/**
	 * Shows the cell of a comment.
	 *
	 * @param string $column Name of the column.
	 * @param int    $id     The comment.
	 */
	public static function cell( $column, $id ) {
		if ( self::COLUMN !== $column || ! self::is_moderator() ) {
			return;
		}
		$comment = get_comment( $id );
		$verdict = $comment ? Moderation_Verdicts::of( $comment ) : null;
		if ( ! $verdict ) {
			echo '<span aria-hidden="true">—</span><span class="screen-reader-text">' . esc_html__( 'Not scored', 'moderation' ) . '</span>';
			return;
		}
		self::summary( $verdict, $comment );
		$words = array_slice( self::words( $verdict ), 0, 5 );
		if ( $words ) {
			echo '<p class="moderation-words">' . esc_html( implode( ' · ', $words ) ) . '</p>';
		}
	}

	/**
	 * Shows the proposal, both scores and what went wrong.
	 *
	 * @param array      $verdict The verdict.
	 * @param WP_Comment $comment Its comment.
	 */
	private static function summary( $verdict, $comment ) {
		printf( '<strong class="moderation-%s">%s</strong>', esc_attr( $verdict['proposal'] ), esc_html( Moderation_Verdicts::names()[ $verdict['proposal'] ] ) );
		$scores = array(
			__( 'hostility', 'moderation' ) => $verdict['hostility'],
			__( 'off topic', 'moderation' ) => $verdict['off_topic'],
		);
		foreach ( $scores as $name => $value ) {
			if ( null !== $value ) {
				printf( '<br>%s&nbsp;%s', esc_html( $name ), esc_html( number_format_i18n( $value, 2 ) ) );
			}
		}
		if ( $verdict['error'] ) {
			printf( '<p class="moderation-error">%s</p>', esc_html( $verdict['error'] ) );
		}
		if ( Moderation_Verdicts::revision( $comment ) !== $verdict['revision'] ) {
			printf( '<p class="moderation-error">%s</p>', esc_html__( 'The text was changed after it was scored.', 'moderation' ) );
		}
	}

	/**
	 * What speaks most for the higher score: words of the comment, or how it relates to its article.
	 *
	 * @param array $verdict The verdict.
	 * @return string[]
	 */
	private static function words( $verdict ) {
		$words      = array();
		$is_hostile = (float) $verdict['hostility'] >= (float) $verdict['off_topic'];
		$attribute  = $is_hostile ? 'hostility' : 'off_topic';
		foreach ( $verdict['reasons'] as $reason ) {
			if ( $reason['weight'] > 0 && $attribute === $reason['attribute'] && ( ! $is_hostile || ! empty( $reason['is_word'] ) ) ) {
				$words[] = $reason['text'];
			}
		}
		return array_values( array_unique( $words ) );
	}

	/**
	 * Shows the filter.
	 */
	public static function filter() {
		if ( ! self::is_moderator() ) {
			return;
		}
		$chosen = self::chosen();
		echo '<label class="screen-reader-text" for="moderation-filter">' . esc_html__( 'Filter by proposal', 'moderation' ) . '</label>';
		printf( '<select name="%s" id="moderation-filter">', esc_attr( self::FILTER ) );
		printf( '<option value="">%s</option>', esc_html__( 'All proposals', 'moderation' ) );
		foreach ( Moderation_Verdicts::names() as $value => $name ) {
			printf( '<option value="%s" %s>%s</option>', esc_attr( $value ), selected( $chosen, $value, false ), esc_html( $name ) );
		}
		echo '</select>';
	}

	/**
	 * The proposal that is filtered by.
	 *
	 * @return string
	 */
	private static function chosen() {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- It only chooses what is shown.
		$chosen = isset( $_GET[ self::FILTER ] ) ? sanitize_key( wp_unslash( $_GET[ self::FILTER ] ) ) : '';
		return isset( Moderation_Verdicts::names()[ $chosen ] ) ? $chosen : '';
	}

	/**
	 * Filters the table.
	 *
	 * @param array $arguments What is asked for.
	 * @return array
	 */
	public static function query( $arguments ) {
		if ( self::is_moderator() && self::chosen() ) {
			// phpcs:disable WordPress.DB.SlowDBQuery -- For people who moderate.
			$arguments['meta_key']   = Moderation_Verdicts::PROPOSAL;
			$arguments['meta_value'] = self::chosen();
			// phpcs:enable
		}
		return $arguments;
	}

	/**
	 * Orders the table by hostility; comments without a score come last.
	 *
	 * @param string[]         $clauses Parts of the query.
	 * @param WP_Comment_Query $query   What is asked for.
	 * @return string[]
	 */
	public static function clauses( $clauses, $query ) {
		global $wpdb;
		if ( self::ORDER !== $query->query_vars['orderby'] || ! self::is_moderator() || $query->query_vars['count'] ) {
			return $clauses;
		}
		$order              = 'asc' === strtolower( (string) $query->query_vars['order'] ) ? 'ASC' : 'DESC';
		$clauses['join']   .= $wpdb->prepare( " LEFT JOIN {$wpdb->commentmeta} AS moderation_score ON moderation_score.comment_id = {$wpdb->comments}.comment_ID AND moderation_score.meta_key = %s", Moderation_Verdicts::HOSTILITY );
		$clauses['orderby'] = "moderation_score.meta_value IS NULL, moderation_score.meta_value + 0 $order, {$wpdb->comments}.comment_ID DESC";
		return $clauses;
	}

	/**
	 * Adds the box to the page of a comment.
	 */
	public static function box() {
		if ( self::is_moderator() ) {
			add_meta_box( 'moderation', __( 'Moderation', 'moderation' ), array( __CLASS__, 'show_box' ), 'comment', 'normal' );
		}
	}

	/**
	 * Shows the box.
	 *
	 * @param WP_Comment $comment The comment.
	 */
	public static function show_box( $comment ) {
		// The page has made its own copy ready to be edited; the verdict is about the text as stored.
		$comment = get_comment( (int) $comment->comment_ID );
		$verdict = $comment ? Moderation_Verdicts::of( $comment ) : null;
		if ( ! $verdict ) {
			echo '<p>' . esc_html__( 'This comment was not scored.', 'moderation' ) . '</p>';
			return;
		}
		echo '<div>';
		self::summary( $verdict, $comment );
		echo '</div>';
		if ( $verdict['null_reason'] ) {
			echo '<p>' . esc_html( $verdict['null_reason'] ) . '</p>';
		}
		if ( $verdict['reasons'] ) {
			self::reasons( $verdict['reasons'] );
		}
		$at = wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), (int) $verdict['at'] );
		/* translators: 1: name of a model, 2: time. */
		echo '<p class="description">' . esc_html( $verdict['model'] ? sprintf( __( 'Scored by %1$s, %2$s. A person decides.', 'moderation' ), $verdict['model'], $at ) : $at ) . '</p>';
	}

	/**
	 * Shows the reasons with their weights.
	 *
	 * @param array[] $reasons The reasons.
	 */
	private static function reasons( $reasons ) {
		$about = array(
			'hostility' => __( 'hostility', 'moderation' ),
			'off_topic' => __( 'off topic', 'moderation' ),
		);
		echo '<table class="widefat striped moderation-reasons"><thead><tr><th scope="col">' . esc_html__( 'Words', 'moderation' ) . '</th><th scope="col">' . esc_html__( 'speak for', 'moderation' ) . '</th><th scope="col">' . esc_html__( 'weight', 'moderation' ) . '</th></tr></thead><tbody>';
		foreach ( $reasons as $reason ) {
			printf( '<tr><td>%s</td><td>%s</td><td>%s</td></tr>', esc_html( $reason['text'] ), esc_html( $about[ $reason['attribute'] ] ), esc_html( number_format_i18n( $reason['weight'], 2 ) ) );
		}
		echo '</tbody></table>';
	}

	/**
	 * Adds the reasons to reject to the actions of a comment.
	 *
	 * @param string[]   $actions Those there are.
	 * @param WP_Comment $comment The comment.
	 * @return string[]
	 */
	public static function actions( $actions, $comment ) {
		$id = (int) $comment->comment_ID;
		if ( ! self::is_moderator() || ! current_user_can( 'edit_comment', $id ) || ! in_array( (string) $comment->comment_approved, array( '0', '1' ), true ) ) {
			return $actions;
		}
		foreach ( self::because() as $reason => $text ) {
			$url = wp_nonce_url( admin_url( "admin-post.php?action=moderation_reject&c=$id&reason=$reason" ), self::ACTION . "_$id" );

			$actions[ "moderation_$reason" ] = sprintf( '<a href="%s" class="delete">%s</a>', esc_url( $url ), esc_html( $text ) );
		}
		return $actions;
	}

	/**
	 * The reasons to reject.
	 *
	 * @return array<string, string>
	 */
	private static function because() {
		return array(
			'hostile'   => __( 'Trash: hostile', 'moderation' ),
			'off_topic' => __( 'Trash: off topic', 'moderation' ),
		);
	}

	/**
	 * Moves a comment to the trash with a reason.
	 */
	public static function reject() {
		$id     = isset( $_GET['c'] ) ? absint( $_GET['c'] ) : 0;
		$reason = isset( $_GET['reason'] ) ? sanitize_key( $_GET['reason'] ) : '';
		check_admin_referer( self::ACTION . "_$id" );
		if ( ! self::is_moderator() || ! current_user_can( 'edit_comment', $id ) || ! isset( self::because()[ $reason ] ) ) {
			wp_die( esc_html__( 'You may not do this.', 'moderation' ), 403 );
		}
		Moderation_Decisions::reject( $id, $reason );
		$back = wp_get_referer();
		wp_safe_redirect(
			add_query_arg(
				array(
					'trashed' => 1,
					'ids'     => $id,
				),
				$back ? $back : admin_url( 'edit-comments.php' )
			)
		);
		exit;
	}

	/**
	 * Styles the column.
	 */
	public static function style() {
		if ( ! self::is_moderator() ) {
			return;
		}
		echo '<style>.column-moderation{width:12em}.moderation-hold{color:#b32d2e}.moderation-review{color:#8a5a00}.moderation-publish{color:#00701a}.moderation-error{color:#b32d2e;margin:.3em 0}.moderation-words{margin:.3em 0;overflow-wrap:anywhere}.moderation-reasons{max-width:40em}</style>';
	}
}
