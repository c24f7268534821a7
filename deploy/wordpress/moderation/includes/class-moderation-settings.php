<?php
/**
 * What the site's administrator has chosen.
 *
 * @package Moderation
 */

defined( 'ABSPATH' ) || exit;

/**
 * Reads the settings; constants of wp-config.php come first.
 */
final class Moderation_Settings {

	const OPTION = 'moderation_settings';

	/**
	 * What happens to a comment: it waits for a moderator, or WordPress's own rules decide.
	 */
	const WAIT      = 'pending';
	const WORDPRESS = 'wordpress'; // phpcs:ignore WordPress.WP.CapitalPDangit.MisspelledInText -- A value.

	/**
	 * Every setting with its default.
	 *
	 * @return array<string, mixed>
	 */
	public static function defaults() {
		return array(
			'address'    => '',
			'key'        => '',
			'on_hold'    => self::WAIT,
			'on_review'  => self::WAIT,
			'on_failure' => self::WAIT,
			'feedback'   => true,
		);
	}

	/**
	 * All settings in force.
	 *
	 * @return array<string, mixed>
	 */
	public static function all() {
		$found = array_merge( self::defaults(), (array) get_option( self::OPTION, array() ) );
		foreach ( array( 'address', 'key' ) as $name ) {
			$constant = 'MODERATION_' . strtoupper( $name );
			if ( defined( $constant ) ) {
				$found[ $name ] = constant( $constant );
			}
		}
		$found['address'] = untrailingslashit( (string) $found['address'] );
		return $found;
	}

	/**
	 * One setting in force.
	 *
	 * @param string $name Its name.
	 * @return mixed
	 */
	public static function get( $name ) {
		return self::all()[ $name ];
	}

	/**
	 * Whether there is a service to ask.
	 *
	 * @return bool
	 */
	public static function are_complete() {
		return '' !== self::get( 'address' );
	}

	/**
	 * The settings of a form, made sound. An empty key keeps the one that is stored.
	 *
	 * @param mixed $given What was sent.
	 * @return array<string, mixed>
	 */
	public static function sanitize( $given ) {
		$given  = (array) $given;
		$stored = array_merge( self::defaults(), (array) get_option( self::OPTION, array() ) );
		$sound  = $stored;
		if ( isset( $given['address'] ) ) {
			$sound['address'] = esc_url_raw( trim( (string) $given['address'] ), array( 'http', 'https' ) );
			if ( '' === $sound['address'] && '' !== trim( (string) $given['address'] ) ) {
				$sound['address'] = $stored['address'];
				add_settings_error( self::OPTION, 'address', __( 'The address must begin with http:// or https://. The old one was kept.', 'moderation' ) );
			}
		}
		if ( isset( $given['key'] ) && '' !== trim( (string) $given['key'] ) ) {
			$sound['key'] = preg_replace( '/[^\x21-\x7e]/', '', (string) $given['key'] );
		}
		if ( ! empty( $given['forget_key'] ) ) {
			$sound['key'] = '';
		}
		foreach ( array( 'on_hold', 'on_review', 'on_failure' ) as $name ) {
			if ( isset( $given[ $name ] ) ) {
				$sound[ $name ] = self::WORDPRESS === $given[ $name ] ? self::WORDPRESS : self::WAIT;
			}
		}
		$sound['feedback'] = ! empty( $given['feedback'] );
		return $sound;
	}
}
