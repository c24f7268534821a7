<?php
/**
 * What is sent about a comment, and what is kept of the answer.
 *
 * @package Moderation
 */

defined( 'ABSPATH' ) || exit;

/**
 * The verdicts on comments, kept as their metadata.
 *
 * The names of the metadata begin with an underscore and are not registered, so that the REST API
 * shows them to nobody.
 */
final class Moderation_Verdicts {

	/**
	 * The verdict, the proposal alone (to filter by), and hostility alone (to sort by).
	 */
	const VERDICT   = '_moderation_verdict';
	const PROPOSAL  = '_moderation_proposal';
	const HOSTILITY = '_moderation_hostility';

	/**
	 * The status that an unscored comment has without this plugin, until anybody changes it.
	 */
	const WISHED = '_moderation_wished';

	/**
	 * All names of metadata.
	 */
	const NAMES = array( self::VERDICT, self::PROPOSAL, self::HOSTILITY, self::WISHED );

	/**
	 * The proposals of comments that could not be scored: not yet, or never, because the service
	 * finds no words in them.
	 */
	const UNSCORED = 'unscored';
	const REFUSED  = 'refused';

	/**
	 * Characters of an article and of a parent that are sent, and reasons of a verdict that are kept.
	 */
	const ARTICLE = 20000;
	const PARENT  = 5000;
	const REASONS = 12;

	/**
	 * Names the text of a comment; another text has another name.
	 *
	 * @param WP_Comment $comment The comment.
	 * @return string
	 */
	public static function revision( $comment ) {
		return substr( hash( 'sha256', $comment->comment_content ), 0, 16 );
	}

	/**
	 * What is sent about a comment: its text, its article and what it answers.
	 *
	 * @param WP_Comment $comment The comment.
	 * @return array<string, mixed>
	 */
	public static function request( $comment ) {
		$request = array(
			'id'        => (string) $comment->comment_ID,
			'revision'  => self::revision( $comment ),
			'text'      => $comment->comment_content,
			'format'    => 'html',
			'article'   => self::article( (int) $comment->comment_post_ID ),
			'author'    => mb_substr( wp_strip_all_tags( $comment->comment_author ), 0, 200 ),
			'url'       => get_comment_link( $comment ),
			'published' => mysql2date( 'Y-m-d\TH:i:s\Z', $comment->comment_date_gmt, false ),
		);
		$parent  = $comment->comment_parent ? get_comment( $comment->comment_parent ) : null;
		if ( $parent ) {
			$request['parent_id'] = (string) $parent->comment_ID;
			$request['parent']    = mb_substr( self::plain( $parent->comment_content ), 0, self::PARENT );
		}
		return array_filter(
			$request,
			static function ( $value ) {
				return '' !== $value && null !== $value;
			}
		);
	}

	/**
	 * The article above a comment, as text.
	 *
	 * @param int $id The post.
	 * @return array<string, string>|null
	 */
	private static function article( $id ) {
		$post = get_post( $id );
		if ( ! $post ) {
			return null;
		}
		return array(
			'id'    => (string) $post->ID,
			'title' => mb_substr( self::plain( $post->post_title ), 0, 1000 ),
			'text'  => mb_substr( self::plain( strip_shortcodes( $post->post_content ) ), 0, self::ARTICLE ),
			'url'   => (string) get_permalink( $post ),
		);
	}

	/**
	 * Text without markup; paragraphs stay apart.
	 *
	 * @param string $html With markup.
	 * @return string
	 */
	private static function plain( $html ) {
		$apart = preg_replace( '#</(?:p|h[1-6]|li|div|blockquote|td)\s*>|<br\s*/?>#i', "$0\n", $html );
		return trim( html_entity_decode( wp_strip_all_tags( (string) $apart ), ENT_QUOTES | ENT_HTML5, 'UTF-8' ) );
	}

	/**
	 * Keeps what came of a comment.
	 *
	 * @param WP_Comment     $comment The comment.
	 * @param array|WP_Error $found   Its verdict, or why there is none.
	 */
	public static function keep( $comment, $found ) {
		$id   = (int) $comment->comment_ID;
		$kept = array(
			'revision' => self::revision( $comment ),
			'at'       => time(),
		);
		if ( is_wp_error( $found ) ) {
			$kept['error'] = $found->get_error_message();
			$proposal      = 'moderation_refused' === $found->get_error_code() ? self::REFUSED : self::UNSCORED;
			delete_comment_meta( $id, self::HOSTILITY );
		} else {
			$reasons  = isset( $found['reasons'] ) && is_array( $found['reasons'] ) ? $found['reasons'] : array();
			$kept    += array(
				'hostility'   => isset( $found['hostility'] ) ? (float) $found['hostility'] : null,
				'off_topic'   => isset( $found['off_topic'] ) ? (float) $found['off_topic'] : null,
				'model'       => sanitize_text_field( $found['model'] ),
				'null_reason' => isset( $found['null_reason'] ) ? sanitize_text_field( $found['null_reason'] ) : '',
				'reasons'     => self::sound( $reasons ),
			);
			$proposal = $found['action'];
			if ( null === $kept['hostility'] ) {
				delete_comment_meta( $id, self::HOSTILITY );
			} else {
				update_comment_meta( $id, self::HOSTILITY, sprintf( '%.6F', $kept['hostility'] ) );
			}
		}
		update_comment_meta( $id, self::VERDICT, wp_slash( wp_json_encode( $kept ) ) );
		update_comment_meta( $id, self::PROPOSAL, $proposal );
	}

	/**
	 * The reasons that weigh most, with no more than their fields.
	 *
	 * @param array $reasons As they came.
	 * @return array[]
	 */
	private static function sound( $reasons ) {
		$sound = array();
		foreach ( $reasons as $reason ) {
			if ( ! is_array( $reason ) || ! isset( $reason['text'], $reason['weight'], $reason['attribute'] ) ) {
				continue;
			}
			if ( ! is_string( $reason['text'] ) || ! is_string( $reason['attribute'] ) || ! is_numeric( $reason['weight'] ) ) {
				continue;
			}
			$sound[] = array(
				'attribute' => 'off_topic' === $reason['attribute'] ? 'off_topic' : 'hostility',
				'text'      => mb_substr( $reason['text'], 0, 200 ),
				'weight'    => (float) $reason['weight'],
				'is_word'   => ! empty( $reason['end'] ),
			);
		}
		usort(
			$sound,
			static function ( $one, $other ) {
				return $other['weight'] <=> $one['weight'];
			}
		);
		return array_slice( $sound, 0, self::REASONS );
	}

	/**
	 * The verdict on a comment, with its proposal.
	 *
	 * @param WP_Comment $comment The comment.
	 * @return array<string, mixed>|null
	 */
	public static function of( $comment ) {
		$kept     = json_decode( (string) get_comment_meta( (int) $comment->comment_ID, self::VERDICT, true ), true );
		$proposal = (string) get_comment_meta( (int) $comment->comment_ID, self::PROPOSAL, true );
		if ( ! is_array( $kept ) || ! isset( self::names()[ $proposal ] ) ) {
			return null;
		}
		$none = array(
			'hostility'   => null,
			'off_topic'   => null,
			'model'       => '',
			'null_reason' => '',
			'error'       => '',
			'reasons'     => array(),
			'revision'    => '',
			'at'          => 0,
		);
		return array( 'proposal' => $proposal ) + $kept + $none;
	}

	/**
	 * What each proposal is called.
	 *
	 * @return array<string, string>
	 */
	public static function names() {
		return array(
			'hold'         => __( 'Hold', 'moderation' ),
			'review'       => __( 'Review', 'moderation' ),
			'publish'      => __( 'Publish', 'moderation' ),
			self::UNSCORED => __( 'Not scored yet', 'moderation' ),
			self::REFUSED  => __( 'Cannot be scored', 'moderation' ),
		);
	}

	/**
	 * Takes everything away that is kept about a comment.
	 *
	 * @param int $id The comment.
	 */
	public static function forget( $id ) {
		foreach ( self::NAMES as $name ) {
			delete_comment_meta( $id, $name );
		}
	}

	/**
	 * Keeps the status that an unscored comment would have.
	 *
	 * @param int    $id     The comment.
	 * @param string $status What WordPress's own rules say.
	 */
	public static function wish( $id, $status ) {
		update_comment_meta( $id, self::WISHED, $status );
	}

	/**
	 * The status that an unscored comment would have; '' if it was changed meanwhile.
	 *
	 * @param int $id The comment.
	 * @return string
	 */
	public static function wished( $id ) {
		return (string) get_comment_meta( $id, self::WISHED, true );
	}

	/**
	 * Has comments scored and keeps their verdicts; nothing is published or held.
	 *
	 * @param WP_Comment[] $comments At most a hundred.
	 * @return WP_Error|array<int, array|WP_Error> What came of each, or why the service did not answer.
	 */
	public static function score( $comments ) {
		$requests = array();
		$sent     = array();
		foreach ( $comments as $comment ) {
			$request = self::request( $comment );
			$article = isset( $request['article']['id'] ) ? $request['article']['id'] : '';
			if ( isset( $sent[ $article ] ) ) {
				// The service remembers the article from the comment before.
				$request['article_id'] = $article;
				unset( $request['article'] );
			} elseif ( '' !== $article ) {
				$sent[ $article ] = true;
			}
			$requests[] = $request;
		}
		$found = Moderation_Client::verdicts( $requests, 60 );
		if ( is_wp_error( $found ) ) {
			return $found;
		}
		foreach ( $comments as $comment ) {
			self::keep( $comment, $found[ $comment->comment_ID ] );
		}
		return $found;
	}
}
