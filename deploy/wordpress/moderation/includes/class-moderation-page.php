<?php
/**
 * The page of settings, and what administrators are told.
 *
 * @package Moderation
 */

defined( 'ABSPATH' ) || exit;

/**
 * Settings, Moderation.
 */
final class Moderation_Page {

	const SLUG = 'moderation';

	/**
	 * Registers the page.
	 */
	public static function start() {
		add_action( 'admin_menu', array( __CLASS__, 'menu' ) );
		add_action( 'admin_init', array( __CLASS__, 'register' ) );
		add_action( 'admin_notices', array( __CLASS__, 'notices' ) );
		add_action( 'admin_post_moderation_test', array( __CLASS__, 'test' ) );
		add_action( 'admin_post_moderation_send', array( __CLASS__, 'send' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( MODERATION_FILE ), array( __CLASS__, 'link' ) );
	}

	/**
	 * Adds the page to the menu.
	 */
	public static function menu() {
		add_options_page( __( 'Moderation', 'moderation' ), __( 'Moderation', 'moderation' ), 'manage_options', self::SLUG, array( __CLASS__, 'show' ) );
	}

	/**
	 * Registers the setting.
	 */
	public static function register() {
		register_setting(
			self::SLUG,
			Moderation_Settings::OPTION,
			array(
				'type'              => 'array',
				'sanitize_callback' => array( 'Moderation_Settings', 'sanitize' ),
				'show_in_rest'      => false,
			)
		);
	}

	/**
	 * Links the page from the list of plugins.
	 *
	 * @param string[] $links Those there are.
	 * @return string[]
	 */
	public static function link( $links ) {
		array_unshift( $links, '<a href="' . esc_url( self::url() ) . '">' . esc_html__( 'Settings', 'moderation' ) . '</a>' );
		return $links;
	}

	/**
	 * Address of the page.
	 *
	 * @return string
	 */
	public static function url() {
		return admin_url( 'options-general.php?page=' . self::SLUG );
	}

	/**
	 * Shows the page.
	 */
	public static function show() {
		if ( ! current_user_can( 'manage_options' ) ) {
			return;
		}
		$settings = Moderation_Settings::all();
		$name     = Moderation_Settings::OPTION;
		?>
		<div class="wrap">
			<h1><?php esc_html_e( 'Moderation', 'moderation' ); ?></h1>
			<form action="options.php" method="post">
				<?php settings_fields( self::SLUG ); ?>
				<table class="form-table" role="presentation">
					<tr>
						<th scope="row"><label for="moderation-address"><?php esc_html_e( 'Address of the service', 'moderation' ); ?></label></th>
						<td>
							<input type="url" class="regular-text code" id="moderation-address" name="<?php echo esc_attr( $name ); ?>[address]" value="<?php echo esc_attr( $settings['address'] ); ?>" placeholder="http://127.0.0.1:8080" <?php disabled( defined( 'MODERATION_ADDRESS' ) ); ?>>
							<p class="description"><?php esc_html_e( 'Where "moderation serve" runs. Without an address, nothing is scored.', 'moderation' ); ?></p>
						</td>
					</tr>
					<tr>
						<th scope="row"><label for="moderation-key"><?php esc_html_e( 'Key', 'moderation' ); ?></label></th>
						<td>
							<input type="password" class="regular-text code" id="moderation-key" name="<?php echo esc_attr( $name ); ?>[key]" value="" autocomplete="new-password" placeholder="<?php echo esc_attr( '' === $settings['key'] ? '' : str_repeat( '•', 12 ) ); ?>" <?php disabled( defined( 'MODERATION_KEY' ) ); ?>>
							<p class="description"><?php esc_html_e( 'One line of the file of --keys. Leave it empty to keep the key that is stored. The constant MODERATION_KEY in wp-config.php comes before it.', 'moderation' ); ?></p>
							<?php if ( '' !== $settings['key'] && ! defined( 'MODERATION_KEY' ) ) : ?>
								<label><input type="checkbox" name="<?php echo esc_attr( $name ); ?>[forget_key]" value="1"> <?php esc_html_e( 'Forget the key', 'moderation' ); ?></label>
							<?php endif; ?>
						</td>
					</tr>
					<?php
					self::choice( 'on_hold', __( 'If the service proposes to hold a comment', 'moderation' ) );
					self::choice( 'on_review', __( 'If it proposes to review a comment', 'moderation' ) );
					self::choice( 'on_failure', __( 'If the service does not answer', 'moderation' ) );
					?>
					<tr>
						<th scope="row"><?php esc_html_e( 'Decisions', 'moderation' ); ?></th>
						<td><label><input type="checkbox" name="<?php echo esc_attr( $name ); ?>[feedback]" value="1" <?php checked( $settings['feedback'] ); ?>> <?php esc_html_e( 'Send what moderators decide to the service, with their login and the time, so that the next model learns from it', 'moderation' ); ?></label></td>
					</tr>
				</table>
				<p class="description"><?php esc_html_e( 'A comment that the service proposes to publish is published only if the rules under Settings, Discussion say so, too.', 'moderation' ); ?></p>
				<?php submit_button(); ?>
			</form>
			<h2><?php esc_html_e( 'State', 'moderation' ); ?></h2>
			<?php self::state(); ?>
			<p>
				<?php
				self::button( 'moderation_test', __( 'Test the connection', 'moderation' ) );
				self::button( 'moderation_send', __( 'Send waiting decisions', 'moderation' ) );
				?>
			</p>
		</div>
		<?php
	}

	/**
	 * Shows one choice between waiting and WordPress's own rules.
	 *
	 * @param string $setting Name of the setting.
	 * @param string $label   What it is about.
	 */
	private static function choice( $setting, $label ) {
		$chosen  = Moderation_Settings::get( $setting );
		$options = array(
			Moderation_Settings::WAIT      => __( 'it waits for a moderator', 'moderation' ),
			Moderation_Settings::WORDPRESS => __( 'WordPress decides as without this plugin, and may publish it', 'moderation' ),
		);
		?>
		<tr>
			<th scope="row"><label for="moderation-<?php echo esc_attr( $setting ); ?>"><?php echo esc_html( $label ); ?></label></th>
			<td>
				<select id="moderation-<?php echo esc_attr( $setting ); ?>" name="<?php echo esc_attr( Moderation_Settings::OPTION . '[' . $setting . ']' ); ?>">
					<?php foreach ( $options as $value => $text ) : ?>
						<option value="<?php echo esc_attr( $value ); ?>" <?php selected( $chosen, $value ); ?>><?php echo esc_html( $text ); ?></option>
					<?php endforeach; ?>
				</select>
			</td>
		</tr>
		<?php
	}

	/**
	 * Shows a button with a form of its own.
	 *
	 * @param string $action Name of the action.
	 * @param string $text   What stands on it.
	 */
	private static function button( $action, $text ) {
		?>
		<form action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>" method="post" style="display: inline">
			<input type="hidden" name="action" value="<?php echo esc_attr( $action ); ?>">
			<?php
			wp_nonce_field( $action );
			submit_button( $text, 'secondary', $action, false );
			?>
		</form>
		<?php
	}

	/**
	 * Shows whether the service answers and what waits.
	 */
	private static function state() {
		$service   = Moderation_Client::state();
		$decisions = Moderation_Decisions::state();
		$unscored  = self::unscored();
		$lines     = array();
		if ( ! Moderation_Settings::are_complete() ) {
			$lines[] = __( 'No address is set: comments are not scored.', 'moderation' );
		} elseif ( $service['failures'] ) {
			$lines[] = self::failure( $service );
		} else {
			$lines[] = __( 'The last request was answered.', 'moderation' );
		}
		/* translators: %s: number of comments. */
		$lines[] = sprintf( _n( '%s comment waits because it could not be scored.', '%s comments wait because they could not be scored.', $unscored, 'moderation' ), number_format_i18n( $unscored ) );
		/* translators: %s: number of decisions. */
		$lines[] = sprintf( _n( '%s decision waits to be sent.', '%s decisions wait to be sent.', $decisions['waiting'], 'moderation' ), number_format_i18n( $decisions['waiting'] ) );
		if ( $decisions['refused'] ) {
			/* translators: %s: number of decisions. */
			$lines[] = sprintf( _n( '%s decision was refused.', '%s decisions were refused.', $decisions['refused'], 'moderation' ), number_format_i18n( $decisions['refused'] ) );
		}
		if ( $decisions['why'] ) {
			/* translators: %s: what was wrong. */
			$lines[] = sprintf( __( 'Decisions: %s', 'moderation' ), $decisions['why'] );
		}
		echo '<ul>';
		foreach ( $lines as $line ) {
			echo '<li>' . esc_html( $line ) . '</li>';
		}
		echo '</ul>';
	}

	/**
	 * Says what failed last.
	 *
	 * @param array $service As {@see Moderation_Client::state()} tells it.
	 * @return string
	 */
	private static function failure( $service ) {
		/* translators: 1: time, 2: number of failures, 3: what was wrong. */
		return sprintf( __( 'At %1$s, after %2$s failures in a row: %3$s', 'moderation' ), wp_date( get_option( 'time_format' ), $service['at'] ), number_format_i18n( $service['failures'] ), $service['message'] );
	}

	/**
	 * Number of comments that wait unscored.
	 *
	 * @return int
	 */
	private static function unscored() {
		return (int) get_comments(
			array(
				'count'      => true,
				'status'     => 'hold',
				'meta_key'   => Moderation_Verdicts::PROPOSAL, // phpcs:ignore WordPress.DB.SlowDBQuery -- For people who moderate.
				'meta_value' => Moderation_Verdicts::UNSCORED, // phpcs:ignore WordPress.DB.SlowDBQuery -- For people who moderate.
			)
		);
	}

	/**
	 * Tells moderators that the service fails, where they look at comments.
	 */
	public static function notices() {
		$screen = get_current_screen();
		$places = array( 'edit-comments', 'dashboard', 'settings_page_' . self::SLUG );
		if ( ! $screen || ! in_array( $screen->id, $places, true ) || ! current_user_can( 'moderate_comments' ) ) {
			return;
		}
		if ( ! Moderation_Settings::are_complete() ) {
			self::notice( 'warning', __( 'Moderation: no address of the service is set, so that comments are not scored.', 'moderation' ) );
		}
		$service = Moderation_Client::state();
		if ( $service['failures'] && Moderation_Settings::are_complete() ) {
			$unscored = self::unscored();
			/* translators: %s: number of comments. */
			$waiting = sprintf( _n( '%s comment waits unscored.', '%s comments wait unscored.', $unscored, 'moderation' ), number_format_i18n( $unscored ) );
			self::notice( 'error', __( 'The moderation service fails.', 'moderation' ) . ' ' . self::failure( $service ) . ' ' . $waiting );
		}
		$decisions = Moderation_Decisions::state();
		if ( $decisions['why'] ) {
			/* translators: %s: what was wrong. */
			self::notice( 'warning', sprintf( __( 'Decisions of moderators are not kept by the moderation service: %s', 'moderation' ), $decisions['why'] ) );
		}
		$told = get_transient( 'moderation_told_' . get_current_user_id() );
		if ( is_array( $told ) ) {
			delete_transient( 'moderation_told_' . get_current_user_id() );
			self::notice( $told[0], $told[1] );
		}
	}

	/**
	 * Shows one notice.
	 *
	 * @param string $kind Kind of notice: success, warning, error.
	 * @param string $text What is said.
	 */
	private static function notice( $kind, $text ) {
		printf( '<div class="notice notice-%s"><p>%s</p></div>', esc_attr( $kind ), esc_html( $text ) );
	}

	/**
	 * Tests the connection and says what came of it.
	 */
	public static function test() {
		self::check( 'moderation_test' );
		$model = Moderation_Client::test();
		/* translators: %s: name of a model. */
		self::back( is_wp_error( $model ) ? $model : sprintf( __( 'The service answers. Its model is %s.', 'moderation' ), sanitize_text_field( $model ) ) );
	}

	/**
	 * Sends the decisions that wait.
	 */
	public static function send() {
		self::check( 'moderation_send' );
		$sent = Moderation_Decisions::send();
		self::back( is_wp_error( $sent ) ? $sent : __( 'No decision waits any more.', 'moderation' ) );
	}

	/**
	 * Stops everybody but administrators who pressed the button.
	 *
	 * @param string $action Name of the action.
	 */
	private static function check( $action ) {
		if ( ! current_user_can( 'manage_options' ) ) {
			wp_die( esc_html__( 'You may not do this.', 'moderation' ), 403 );
		}
		check_admin_referer( $action );
	}

	/**
	 * Goes back to the page, which says what came of it.
	 *
	 * @param string|WP_Error $said What is said.
	 */
	private static function back( $said ) {
		$told = is_wp_error( $said ) ? array( 'error', $said->get_error_message() ) : array( 'success', $said );
		set_transient( 'moderation_told_' . get_current_user_id(), $told, MINUTE_IN_SECONDS );
		wp_safe_redirect( self::url() );
		exit;
	}
}
