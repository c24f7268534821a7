<?php
/**
 * The commands of WP-CLI.
 *
 * @package Moderation
 */

defined( 'ABSPATH' ) || exit;

/**
 * Scores comments and sends decisions to the moderation service.
 */
final class Moderation_Command {

	/**
	 * Comments in a request, and bytes of their texts.
	 */
	const BATCH = 100;
	const BYTES = 1500000;

	/**
	 * Scores comments that have no verdict yet. Their status stays as it is.
	 *
	 * ## OPTIONS
	 *
	 * [--status=<status>]
	 * : Which comments: all, hold or approve.
	 * ---
	 * default: all
	 * options:
	 *   - all
	 *   - hold
	 *   - approve
	 * ---
	 *
	 * [--again]
	 * : Score comments that have a verdict, too, for example by another model.
	 *
	 * [--limit=<number>]
	 * : Score no more than so many.
	 *
	 * ## EXAMPLES
	 *
	 *     wp moderation score --status=hold
	 *
	 * @param string[] $arguments None.
	 * @param string[] $options   The options.
	 */
	public function score( $arguments, $options ) {
		$ids   = self::ids( $options );
		$bar   = WP_CLI\Utils\make_progress_bar( 'Scoring', count( $ids ) );
		$count = array_fill_keys( array_keys( Moderation_Verdicts::names() ), 0 );
		foreach ( self::batches( $ids ) as $comments ) {
			$found = Moderation_Verdicts::score( $comments );
			if ( is_wp_error( $found ) ) {
				WP_CLI::error( $found->get_error_message() . ' ' . sprintf( '%d of %d comments were scored; start the command again to go on.', array_sum( $count ), count( $ids ) ) );
			}
			foreach ( $found as $verdict ) {
				++$count[ is_wp_error( $verdict ) ? Moderation_Verdicts::REFUSED : $verdict['action'] ];
				$bar->tick();
			}
		}
		$bar->finish();
		WP_CLI::success( sprintf( '%d comments: %d hold, %d review, %d publish, %d could not be scored.', array_sum( $count ), $count['hold'], $count['review'], $count['publish'], $count[ Moderation_Verdicts::REFUSED ] ) );
	}

	/**
	 * Sends the decisions that wait.
	 */
	public function send() {
		$sent = Moderation_Decisions::send();
		if ( is_wp_error( $sent ) ) {
			WP_CLI::error( $sent->get_error_message() );
		}
		WP_CLI::success( 'No decision waits any more.' );
	}

	/**
	 * Says whether the service answers, and what waits.
	 */
	public function status() {
		$decisions = Moderation_Decisions::state();
		WP_CLI::log( sprintf( '%d decisions wait, %d were refused. %s', $decisions['waiting'], $decisions['refused'], $decisions['why'] ) );
		$model = Moderation_Client::test();
		if ( is_wp_error( $model ) ) {
			WP_CLI::error( $model->get_error_message() );
		}
		WP_CLI::success( "The service answers. Its model is $model." );
	}

	/**
	 * The comments to score.
	 *
	 * @param string[] $options Options of the command.
	 * @return int[]
	 */
	private static function ids( $options ) {
		$arguments = array(
			'fields'   => 'ids',
			'status'   => $options['status'],
			'type__in' => array( 'comment', 'review' ),
			'orderby'  => 'comment_ID',
			'order'    => 'ASC',
			'number'   => isset( $options['limit'] ) ? max( 1, (int) $options['limit'] ) : 0,
		);
		if ( ! isset( $options['again'] ) ) {
			// phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_query -- A command.
			$arguments['meta_query'] = array(
				'relation' => 'OR',
				array(
					'key'     => Moderation_Verdicts::PROPOSAL,
					'compare' => 'NOT EXISTS',
				),
				array(
					'key'   => Moderation_Verdicts::PROPOSAL,
					'value' => Moderation_Verdicts::UNSCORED,
				),
			);
		}
		return array_map( 'intval', get_comments( $arguments ) );
	}

	/**
	 * Divides comments into what fits into a request.
	 *
	 * @param int[] $ids The comments.
	 * @return Generator<WP_Comment[]>
	 */
	private static function batches( $ids ) {
		foreach ( array_chunk( $ids, self::BATCH ) as $some ) {
			_prime_comment_caches( $some, true );
			$batch    = array();
			$articles = array();
			$bytes    = 0;
			foreach ( array_filter( array_map( 'get_comment', $some ) ) as $comment ) {
				$size = strlen( $comment->comment_content );
				if ( ! isset( $articles[ $comment->comment_post_ID ] ) ) {
					$articles[ $comment->comment_post_ID ] = true;

					$size += 4 * Moderation_Verdicts::ARTICLE;
				}
				if ( $batch && $bytes + $size > self::BYTES ) {
					yield $batch;
					$batch    = array();
					$articles = array( $comment->comment_post_ID => true );
					$bytes    = 4 * Moderation_Verdicts::ARTICLE;
				}
				$batch[] = $comment;
				$bytes  += $size;
			}
			if ( $batch ) {
				yield $batch;
			}
			foreach ( $some as $id ) {
				clean_comment_cache( $id );
			}
		}
	}
}
