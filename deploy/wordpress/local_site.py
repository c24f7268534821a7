"""A real WordPress on this machine, with the plugin, to try it and to test it.

    python deploy/wordpress/local_site.py [--install] [--service ADDRESS --key KEY]

WordPress, PHP and MariaDB are Debian's packages; ``--install`` installs them. The site, its
database and its files lie in a temporary folder and listen on loopback alone. The command prints
the address and the login of the administrator, and takes everything away when it ends.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

PLUGIN = Path(__file__).parent / "moderation"
WORDPRESS = Path("/usr/share/wordpress")
PACKAGES = (
    "wordpress", "php-cli", "php-mysql", "php-curl", "php-mbstring", "php-xml", "mariadb-server",
    "wordpress-theme-twentytwentyone",
)  # fmt: skip

# Seconds for which a server may take to start.
_PATIENCE = 60
_LOG = "--innodb-log-file-size=8M"
# Requests that PHP's own server answers at once; WordPress also asks itself.
_WORKERS = "6"

_CONFIG = """<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:{socket}' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {{
	define( $name . '_KEY', '{salt}' . $name );
	define( $name . '_SALT', $name . '{salt}' );
}}
define( 'WP_HOME', '{url}' );
define( 'WP_SITEURL', '{url}' );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'WP_DEBUG_LOG', '{log}' );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_ENVIRONMENT_TYPE', 'local' ); // Application passwords without TLS.
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {{
	define( 'ABSPATH', __DIR__ . '/' );
}}
require_once ABSPATH . 'wp-settings.php';
"""

# No mail leaves this machine. A reader's first comment may be published, as on most news sites.
_SET_UP = """
define( 'WP_INSTALLING', true );
function wp_mail() { return true; }
require '%(root)s/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( 'The Harbour Courier', 'editor', 'editor@example.org', true, '', '%(password)s' );
update_option( 'permalink_structure', '/%%postname%%/' );
update_option( 'comment_previously_approved', '0' );
update_option( 'show_avatars', '0' ); // They come from another site.
update_option( 'comments_notify', '0' );
update_option( 'moderation_notify', '0' );
flush_rewrite_rules();
"""

# All readers have one address here, so that WordPress would take them for a flood.
_LOCAL = """<?php
add_filter( 'wp_is_comment_flood', '__return_false', 99 );
"""

_ROUTER = """<?php
$path = parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH );
$file = $_SERVER['DOCUMENT_ROOT'] . $path;
if ( '/' !== $path && is_file( $file ) ) {
	return false;
}
if ( is_dir( $file ) && is_file( rtrim( $file, '/' ) . '/index.php' ) ) {
	$path = rtrim( $path, '/' ) . '/index.php';
	$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $path;
	chdir( dirname( $_SERVER['DOCUMENT_ROOT'] . $path ) );
	require $_SERVER['DOCUMENT_ROOT'] . $path;
	return;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
"""


def missing() -> str | None:
    """Say what a site lacks on this machine; None if it can be started."""
    lacking = [name for name in ("php", "mariadbd", "mariadb-install-db") if not shutil.which(name)]
    if not (WORDPRESS / "wp-load.php").is_file():
        lacking.append(str(WORDPRESS))
    if lacking:
        return f"a real WordPress needs {', '.join(lacking)}: apt-get install {' '.join(PACKAGES)}"
    done = subprocess.run(["php", "-m"], capture_output=True, text=True, check=False)
    extensions = {"mysqli", "curl", "mbstring", "xml"} - set(done.stdout.split())
    return f"PHP lacks {', '.join(sorted(extensions))}" if extensions else None


class Site:
    """A WordPress that runs.

    Attributes
    ----------
    url
        Its address, without a slash at the end.
    root
        The folder of WordPress.
    login, password
        The administrator's.
    """

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.root = folder / "wordpress"
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.login = "editor"
        self.password = secrets.token_urlsafe(12)
        self.log = folder / "debug.log"

    def php(self, code: str, **values: object) -> str:
        """Run PHP within WordPress and return what it prints; `values` are its variables."""
        given = json.dumps(values)
        before = f"extract( json_decode( {_quoted(given)}, true ) ); "
        load = f"require {_quoted(str(self.root / 'wp-load.php'))}; "
        return self.run_php(load + before + code)

    def run_php(self, code: str) -> str:
        """Run PHP and return what it prints."""
        host = f"$_SERVER['HTTP_HOST'] = '127.0.0.1:{self.port}'; "
        done = subprocess.run(
            ["php", "-r", host + code], capture_output=True, text=True, check=False, cwd=self.root
        )
        if done.returncode:
            raise RuntimeError(f"PHP ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def wp(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run WP-CLI on the site; the program is ``wp`` on the path."""
        command = ["wp", "--allow-root", f"--path={self.root}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=check)

    def post(self, title: str, text: str) -> int:
        """Publish a post and return its id."""
        code = """echo wp_insert_post( wp_slash( array( 'post_title' => $title,
            'post_content' => $text, 'post_status' => 'publish', 'post_author' => 1,
            'comment_status' => 'open' ) ) );"""
        return int(self.php(code, title=title, text=text))

    def comment(self, post: int, text: str, author: str) -> int:
        """Post a comment by the form that readers fill in, and return its id."""
        fields = {"comment_post_ID": post, "comment": text, "author": author}
        fields["email"] = f"{re.sub('[^a-z]', '', author.lower()) or 'reader'}@example.org"
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/wp-comments-post.php", urllib.parse.urlencode(fields), form)
        with connection.getresponse() as answer:
            found = re.search(r"#comment-(\d+)$", answer.getheader("Location") or "")
            if found is None:
                raise RuntimeError(f"WordPress answers {answer.status}: {answer.read()[-900:]!r}")
        connection.close()
        return int(found[1])

    def status(self, comment: int) -> str:
        """Return the status of a comment: approved, unapproved, spam or trash."""
        return self.php("echo wp_get_comment_status( $comment );", comment=comment)

    def user(self, name: str, role: str) -> str:
        """Make a user and return an application password."""
        code = """$id = wp_insert_user( array( 'user_login' => $name, 'user_pass' => $password,
            'user_email' => "$name@example.org", 'role' => $role, 'display_name' => $name ) );
            echo WP_Application_Passwords::create_new_application_password( $id,
                array( 'name' => 'test' ) )[0];"""
        return self.php(code, name=name, role=role, password=self.password)

    def be_patient(self) -> None:
        """Let readers wait for the service, which a busy machine may need to score a comment."""
        code = "<?php add_filter( 'moderation_patience', fn() => 20 );"
        (self.root / "wp-content/mu-plugins/patient.php").write_text(code, encoding="utf-8")

    def complaints(self) -> list[str]:
        """Return what PHP and the database complained of, but for WordPress's own old code."""
        if not self.log.exists():
            return []
        core = ("/wp-includes/", "/wp-admin/", "/themes/")
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if not ("Deprecated" in line and any(map(line.count, core)))]

    def set_plugin(self, **settings: object) -> None:
        """Change settings of the plugin: ``address``, ``key`` and others."""
        code = """update_option( 'moderation_settings',
            array_merge( (array) get_option( 'moderation_settings', array() ), $settings ) );"""
        self.php(code, settings=settings)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def free_port() -> int:
    """Return a port of loopback at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def site(port: int | None = None, *, plugin: bool = True) -> Iterator[Site]:
    """A WordPress in a temporary folder, which is taken away at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wordpress-")))
        folder.chmod(0o755)
        found = Site(folder, port)
        stack.enter_context(_database(folder))
        _lay_out(found)
        found.run_php(_SET_UP % {"root": found.root, "password": found.password})
        if plugin:
            shutil.copytree(PLUGIN, found.root / "wp-content/plugins/moderation")
            found.php(
                "require_once ABSPATH . 'wp-admin/includes/plugin.php';"
                "$wrong = activate_plugin( 'moderation/moderation.php' );"
                "if ( is_wp_error( $wrong ) ) { echo $wrong->get_error_message(); exit( 1 ); }"
            )
        stack.enter_context(_server(found))
        yield found


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    """MariaDB with a data folder of its own, reached by a socket alone."""
    data = folder / "database"
    user = ["--user=mysql"] if os.geteuid() == 0 else []
    data.mkdir()
    if user:
        shutil.chown(data, "mysql")
        shutil.chown(folder, "mysql")
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", *user, f"--datadir={data}", "--skip-test-db",
         "--auth-root-authentication-method=normal", "--skip-name-resolve", _LOG],
        check=True, capture_output=True,
    )  # fmt: skip
    command = [
        "mariadbd", "--no-defaults", *user, f"--datadir={data}", "--skip-networking",
        f"--socket={folder / 'db.sock'}", f"--pid-file={folder / 'db.pid'}",
        "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", _LOG,
    ]  # fmt: skip
    with _running(command, folder / "database.log"):
        code = (
            f"mysqli_query( mysqli_connect( null, 'root', '', '', 0, '{folder / 'db.sock'}' ),"
            " 'CREATE DATABASE wordpress CHARACTER SET utf8mb4' );"
        )
        making = ["php", "-r", code]
        _until(lambda: subprocess.run(making, capture_output=True, check=False).returncode == 0)
        yield


def _lay_out(found: Site) -> None:
    """Copy WordPress and its settings into the folder."""
    ignored = shutil.ignore_patterns("wp-config.php")
    shutil.copytree(WORDPRESS, found.root, ignore=ignored, ignore_dangling_symlinks=True)
    values = {
        "socket": found.folder / "db.sock",
        "salt": secrets.token_hex(32),
        "url": found.url,
        "log": found.log,
    }
    (found.root / "wp-config.php").write_text(_CONFIG.format(**values), encoding="utf-8")
    extra = found.root / "wp-content/mu-plugins"
    extra.mkdir(parents=True, exist_ok=True)
    (extra / "local.php").write_text(_LOCAL, encoding="utf-8")
    (found.folder / "router.php").write_text(_ROUTER, encoding="utf-8")


@contextmanager
def _server(found: Site) -> Iterator[None]:
    command = [
        "php", "-d", "opcache.enable_cli=1", "-d", "display_errors=0",
        "-S", f"127.0.0.1:{found.port}", "-t", str(found.root), str(found.folder / "router.php"),
    ]  # fmt: skip
    with _running(command, found.folder / "server.log", PHP_CLI_SERVER_WORKERS=_WORKERS):
        _until(lambda: _answers(found.url))
        yield


@contextmanager
def _running(command: Sequence[str], log: Path, **environment: str) -> Iterator[None]:
    """A program in a group of its own, which is ended whole."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, start_new_session=True,
            env={**os.environ, **environment},
        )  # fmt: skip
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # what it wrote is thrown away
            process.wait()


def _until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not ready():
        if time.monotonic() > end:
            raise RuntimeError("a server of the site did not start")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=30):
            return True
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"WordPress answers {error.code}: {error.read()[:500]!r}") from None
    except OSError:
        return False


def main() -> None:
    """Start a site, print how to reach it, and wait."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--install", action="store_true", help="install the packages (root)")
    parser.add_argument("--port", type=int, help="default: a free one")
    parser.add_argument("--service", help="the address of `moderation serve`")
    parser.add_argument("--key", default="", help="the key of the service")
    arguments = parser.parse_args()
    if arguments.install:
        command = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
        subprocess.run(command, check=True)
    if why := missing():
        raise SystemExit(why)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with site(arguments.port) as found:
        if arguments.service:
            found.set_plugin(address=arguments.service, key=arguments.key)
        print(f"{found.url}/wp-admin/  {found.login}  {found.password}", flush=True)
        print(f"{found.root} (Ctrl-C takes it away)", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("The site is taken away.")


if __name__ == "__main__":
    main()
