<?php
/**
 * Plugin Name:       Moderation
 * Description:       Readers' comments are scored by the newsroom's own moderation service. What it does not propose to publish waits for a moderator, whose decisions teach the next model.
 * Version:           0.1.0
 * Requires at least: 5.9
 * Requires PHP:      7.4
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       moderation
 * Domain Path:       /languages
 *
 * @package Moderation
 */

defined( 'ABSPATH' ) || exit;

define( 'MODERATION_FILE', __FILE__ );

require_once __DIR__ . '/includes/class-moderation-settings.php';
require_once __DIR__ . '/includes/class-moderation-client.php';
require_once __DIR__ . '/includes/class-moderation-verdicts.php';
require_once __DIR__ . '/includes/class-moderation-posting.php';
require_once __DIR__ . '/includes/class-moderation-decisions.php';
require_once __DIR__ . '/includes/class-moderation-privacy.php';

Moderation_Posting::start();
Moderation_Decisions::start();
Moderation_Privacy::start();

if ( is_admin() ) {
	require_once __DIR__ . '/includes/class-moderation-page.php';
	require_once __DIR__ . '/includes/class-moderation-table.php';
	Moderation_Page::start();
	Moderation_Table::start();
}

if ( defined( 'WP_CLI' ) && WP_CLI ) {
	require_once __DIR__ . '/includes/class-moderation-command.php';
	WP_CLI::add_command( 'moderation', 'Moderation_Command' );
}

register_activation_hook( __FILE__, array( 'Moderation_Decisions', 'activate' ) );
register_deactivation_hook( __FILE__, array( 'Moderation_Decisions', 'deactivate' ) );
