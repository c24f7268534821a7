<?php
/**
 * Takes away everything that the plugin has stored.
 *
 * @package Moderation
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/**
 * Cleans one site.
 */
function moderation_uninstall() {
	global $wpdb;
	foreach ( array( 'moderation_settings', 'moderation_state', 'moderation_table', 'moderation_send_error' ) as $option ) {
		delete_option( $option );
	}
	wp_unschedule_hook( 'moderation_send_decisions' );
	wp_unschedule_hook( 'moderation_score_again' );
	foreach ( array( 'verdict', 'proposal', 'hostility', 'wished' ) as $name ) {
		delete_metadata( 'comment', 0, '_moderation_' . $name, '', true );
	}
	// phpcs:ignore WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- A table of our own.
	$wpdb->query( "DROP TABLE IF EXISTS {$wpdb->prefix}moderation_decisions" );
}

if ( is_multisite() ) {
	foreach ( get_sites(
		array(
			'fields' => 'ids',
			'number' => 0,
		)
	) as $moderation_site ) {
		switch_to_blog( $moderation_site );
		moderation_uninstall();
		restore_current_blog();
	}
} else {
	moderation_uninstall();
}
