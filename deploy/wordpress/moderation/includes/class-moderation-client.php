<?php
/**
 * Asks the service, and stops asking for a while if it does not answer.
 *
 * @package Moderation
 */

defined( 'ABSPATH' ) || exit;

/**
 * The connection to the service.
 */
final class Moderation_Client {

	/**
	 * Seconds in which a reader's comment is scored, or waits unscored.
	 */
	const PATIENCE = 0.7;

	/**
	 * Failures in a row after which no reader waits, and the seconds for which that is so.
	 */
	const FAILURES = 3;
	const PAUSE    = 30;

	/**
	 * The option that holds the last failures, and the longest answer in bytes.
	 */
	const STATE  = 'moderation_state';
	const ANSWER = 8388608;

	/**
	 * Seconds that the request under way may take.
	 *
	 * @var float
	 */
	private static $seconds = 0.0;

	/**
	 * Asks the service for verdicts while a reader waits; a service that fails is left alone.
	 *
	 * @param array $comments What is sent about each.
	 * @return array|WP_Error The verdicts by the id of their comment; see {@see verdicts()}.
	 */
	public static function ask( $comments ) {
		$state = self::state();
		if ( $state['failures'] >= self::FAILURES ) {
			if ( time() < $state['until'] ) {
				/* translators: 1: number of failures, 2: what the last one was. */
				return new WP_Error( 'moderation_paused', sprintf( __( 'The service was not asked, because it failed %1$d times in a row. The last time: %2$s', 'moderation' ), $state['failures'], $state['message'] ) );
			}
			// This request tries the service; the others still do not wait for it.
			$state['until'] = time() + self::PAUSE;
			update_option( self::STATE, $state, false );
		}
		/**
		 * Filters how long a reader who posts may wait for the service.
		 *
		 * @param float $seconds Seconds.
		 */
		$seconds = (float) apply_filters( 'moderation_patience', self::PATIENCE );
		$found   = self::verdicts( $comments, $seconds );
		self::note( $found );
		return $found;
	}

	/**
	 * Asks the service for verdicts.
	 *
	 * @param array $comments What is sent about each.
	 * @param float $seconds  How long it may take.
	 * @return array|WP_Error By the id of the comment: a verdict, or an error about this comment.
	 */
	public static function verdicts( $comments, $seconds ) {
		$answer = self::post( '/v1/comments', array( 'comments' => $comments ), $seconds );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$sent  = array_fill_keys( wp_list_pluck( $comments, 'id' ), true );
		$found = array();
		foreach ( self::items( $answer, 'comments' ) as $verdict ) {
			if ( ! self::is_verdict( $verdict ) || ! isset( $sent[ $verdict['id'] ] ) ) {
				return self::not_understood();
			}
			$found[ $verdict['id'] ] = $verdict;
		}
		foreach ( self::items( $answer, 'rejected' ) as $rejected ) {
			if ( isset( $rejected['id'] ) && is_string( $rejected['id'] ) ) {
				$found[ $rejected['id'] ] = self::refusal( $rejected );
			}
		}
		return count( $found ) === count( $sent ) ? $found : self::not_understood();
	}

	/**
	 * Sends decisions to the service.
	 *
	 * @param array $decisions In the order in which they were taken.
	 * @return array|WP_Error By their place: null if it is kept, or why it was refused.
	 */
	public static function send( $decisions ) {
		$answer = self::post( '/v1/decisions', array( 'decisions' => $decisions ), 10 );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$refused = array();
		foreach ( self::items( $answer, 'rejected' ) as $rejected ) {
			if ( isset( $rejected['index'] ) && is_int( $rejected['index'] ) ) {
				$refused[ $rejected['index'] ] = self::refusal( $rejected )->get_error_message();
			}
		}
		$kept = count( self::items( $answer, 'decisions' ) );
		return count( $decisions ) === $kept + count( $refused ) ? $refused : self::not_understood();
	}

	/**
	 * Tries the connection with a comment of its own, which nobody wrote.
	 *
	 * @return string|WP_Error The model that answered.
	 */
	public static function test() {
		$found = self::verdicts(
			array(
				array(
					'id'   => 'connection-test',
					'text' => 'Thank you for this report.',
				),
			),
			5
		);
		if ( is_wp_error( $found ) ) {
			return $found;
		}
		self::note( $found );
		return $found['connection-test']['model'];
	}

	/**
	 * The failures since the last answer.
	 *
	 * @return array{failures: int, until: int, message: string, at: int}
	 */
	public static function state() {
		$none = array(
			'failures' => 0,
			'until'    => 0,
			'message'  => '',
			'at'       => 0,
		);
		return array_merge( $none, (array) get_option( self::STATE, array() ) );
	}

	/**
	 * Notes whether the service answered.
	 *
	 * @param array|WP_Error $found What came of a request.
	 */
	public static function note( $found ) {
		$state = self::state();
		if ( ! is_wp_error( $found ) ) {
			if ( $state['failures'] ) {
				delete_option( self::STATE );
			}
			return;
		}
		$noted = array(
			'failures' => $state['failures'] + 1,
			'until'    => time() + self::PAUSE,
			'message'  => $found->get_error_message(),
			'at'       => time(),
		);
		update_option( self::STATE, $noted, false );
	}

	/**
	 * Sets cURL's limits, which WordPress rounds up to whole seconds.
	 *
	 * @param resource|CurlHandle $handle The request.
	 */
	public static function limit( $handle ) {
		// phpcs:disable WordPress.WP.AlternativeFunctions -- WordPress has no finer limit.
		curl_setopt( $handle, CURLOPT_NOSIGNAL, true );
		curl_setopt( $handle, CURLOPT_TIMEOUT_MS, (int) ( 1000 * self::$seconds ) );
		curl_setopt( $handle, CURLOPT_CONNECTTIMEOUT_MS, (int) ( 1000 * min( 2, self::$seconds ) ) );
		// phpcs:enable
	}

	/**
	 * Posts a document and returns the answer.
	 *
	 * @param string $path     The address after that of the service.
	 * @param array  $document What is sent.
	 * @param float  $seconds  How long it may take.
	 * @return array|WP_Error
	 */
	private static function post( $path, $document, $seconds ) {
		$settings = Moderation_Settings::all();
		if ( ! Moderation_Settings::are_complete() ) {
			return new WP_Error( 'moderation_settings', __( 'No address of the service is set.', 'moderation' ) );
		}
		$headers = array( 'Content-Type' => 'application/json' );
		if ( '' !== $settings['key'] ) {
			$headers['Authorization'] = 'Bearer ' . $settings['key'];
		}
		self::$seconds = $seconds;
		add_action( 'http_api_curl', array( __CLASS__, 'limit' ), 99 );
		$answer = wp_remote_post(
			$settings['address'] . $path,
			array(
				'timeout'             => $seconds,
				'redirection'         => 0,
				'headers'             => $headers,
				'body'                => wp_json_encode( $document, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ),
				'data_format'         => 'body',
				'limit_response_size' => self::ANSWER,
				'sslverify'           => true,
			)
		);
		remove_action( 'http_api_curl', array( __CLASS__, 'limit' ), 99 );
		return self::read( $answer );
	}

	/**
	 * Returns the document of an answer, or says why there is none.
	 *
	 * @param array|WP_Error $answer As WordPress returns it.
	 * @return array|WP_Error
	 */
	private static function read( $answer ) {
		if ( is_wp_error( $answer ) ) {
			/* translators: %s: what the network said. */
			return new WP_Error( 'moderation_network', sprintf( __( 'The service did not answer: %s', 'moderation' ), $answer->get_error_message() ) );
		}
		$code     = (int) wp_remote_retrieve_response_code( $answer );
		$document = json_decode( wp_remote_retrieve_body( $answer ), true );
		if ( 200 === $code ) {
			return is_array( $document ) ? $document : self::not_understood();
		}
		$error = is_array( $document ) && isset( $document['error'] ) && is_array( $document['error'] ) ? $document['error'] : array();
		$wrong = array();
		foreach ( self::items( $error, 'details' ) as $detail ) {
			if ( isset( $detail['errorType'] ) && 'INVALID_COMMENT' === $detail['errorType'] ) {
				$wrong[] = $detail;
			}
		}
		if ( 400 === $code && $wrong ) {
			return array( 'rejected' => $wrong ); // The service accepts nothing else of it.
		}
		$said = isset( $error['message'] ) && is_string( $error['message'] ) ? $error['message'] : '';
		/* translators: 1: status of HTTP, 2: what the service said. */
		return new WP_Error( 'moderation_status', trim( sprintf( __( 'The service answered with the status %1$d. %2$s', 'moderation' ), $code, self::brief( $said ) ) ) );
	}

	/**
	 * The objects of a list in an answer; whatever else stands there is left out.
	 *
	 * @param array  $document The answer.
	 * @param string $name     Name of the list.
	 * @return array[]
	 */
	private static function items( $document, $name ) {
		$items = isset( $document[ $name ] ) && is_array( $document[ $name ] ) ? $document[ $name ] : array();
		return array_values( array_filter( $items, 'is_array' ) );
	}

	/**
	 * Whether a verdict says what it must say.
	 *
	 * @param array $verdict As it came.
	 * @return bool
	 */
	private static function is_verdict( $verdict ) {
		$is_score = static function ( $name ) use ( $verdict ) {
			$value = isset( $verdict[ $name ] ) ? $verdict[ $name ] : null;
			return null === $value || ( ( is_float( $value ) || is_int( $value ) ) && $value >= 0 && $value <= 1 );
		};
		return isset( $verdict['id'], $verdict['action'], $verdict['model'] )
			&& is_string( $verdict['id'] ) && is_string( $verdict['model'] )
			&& in_array( $verdict['action'], array( 'publish', 'review', 'hold' ), true )
			&& $is_score( 'hostility' ) && $is_score( 'off_topic' );
	}

	/**
	 * Says why the service refused one comment.
	 *
	 * @param array $rejected As it came.
	 * @return WP_Error
	 */
	private static function refusal( $rejected ) {
		$parts = array();
		foreach ( array( 'field', 'found', 'hint' ) as $name ) {
			$parts[] = isset( $rejected[ $name ] ) && is_string( $rejected[ $name ] ) ? $rejected[ $name ] : '';
		}
		/* translators: 1: name of a field, 2: what was found there, 3: what to do. */
		return new WP_Error( 'moderation_refused', self::brief( sprintf( __( 'The service cannot read it: %1$s: %2$s. %3$s', 'moderation' ), ...$parts ) ) );
	}

	/**
	 * The error about an answer that is none.
	 *
	 * @return WP_Error
	 */
	private static function not_understood() {
		return new WP_Error( 'moderation_answer', __( 'The answer was incomplete, or it is not the answer of a moderation service.', 'moderation' ) );
	}

	/**
	 * The beginning of a message.
	 *
	 * @param string $message From elsewhere.
	 * @return string
	 */
	private static function brief( $message ) {
		return mb_substr( sanitize_text_field( $message ), 0, 300 );
	}
}
