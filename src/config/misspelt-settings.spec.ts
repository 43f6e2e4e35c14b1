// Real: every declared setting, and names that environments are known to hold. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { misspeltSettings } from './misspelt-settings.js';
import { allSettings } from './sections.js';

const names = allSettings.map(({ variable }) => variable);
const meant = (variable: string) => misspeltSettings({ [variable]: 'x' }).map((found) => found.meant);

/** Variables of shells, systems, Node, npm, containers, clusters, build machines and database clients. */
const common = `
  PATH HOME USER LOGNAME SHELL PWD OLDPWD TERM LANG LANGUAGE LC_ALL LC_CTYPE TZ TMPDIR TEMP TMP EDITOR VISUAL PAGER MAIL
  SHLVL HOSTNAME HOSTTYPE OSTYPE MACHTYPE GROUPS UID EUID PPID IFS PS1 COLUMNS LINES DISPLAY XDG_RUNTIME_DIR SSH_AUTH_SOCK
  SSH_CONNECTION SSH_CLIENT SSH_TTY SUDO_USER DBUS_SESSION_BUS_ADDRESS COLORTERM FORCE_COLOR NO_COLOR CI DEBUG _
  PORTS PORT0 PORT1 POST SPORT HOSTS GHOST LHOST RHOST SORT COST FORT MOST PORTAL HOST_IP HOST_NAME MAILTO
  APPDATA LOCALAPPDATA COMPUTERNAME USERNAME USERDOMAIN USERPROFILE SYSTEMROOT WINDIR COMSPEC PATHEXT OS PROGRAMFILES
  NODE_ENV NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_DEBUG UV_THREADPOOL_SIZE NVM_DIR NVM_BIN npm_config_cache
  npm_package_name npm_package_version npm_lifecycle_event npm_execpath INIT_CWD HTTP_PROXY HTTPS_PROXY NO_PROXY
  http_proxy https_proxy no_proxy ALL_PROXY SSL_CERT_FILE SSL_CERT_DIR LD_LIBRARY_PATH LD_PRELOAD
  KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT KUBERNETES_PORT POD_NAME POD_IP NAMESPACE DOCKER_HOST COMPOSE_FILE
  COMPOSE_PROJECT_NAME COMPOSE_PROFILES POSTGRES_PASSWORD POSTGRES_PASSWORD_FILE POSTGRES_USER POSTGRES_DB PUBLISH_ADDRESS
  PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSSLMODE PGPASSFILE REDIS_URL MYSQL_URL MONGO_URL AMQP_URL
  GITHUB_ACTIONS GITHUB_TOKEN GITHUB_SHA RUNNER_OS GITLAB_CI CI_COMMIT_SHA JENKINS_URL BUILD_NUMBER DYNO
  AWS_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY GOOGLE_APPLICATION_CREDENTIALS PM2_HOME INVOCATION_ID JOURNAL_STREAM
  NOTIFY_SOCKET LISTEN_FDS OTEL_SERVICE_NAME OTEL_RESOURCE_ATTRIBUTES OTEL_METRICS_EXPORTER OTEL_LOGS_EXPORTER
  OTEL_EXPORTER_OTLP_HEADERS OTEL_EXPORTER_OTLP_PROTOCOL OTEL_EXPORTER_OTLP_METRICS_ENDPOINT
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT OTEL_TRACES_SAMPLER`.match(/\S+/g)!;

describe('misspeltSettings', () => {
  it('finds no setting in the variables that environments commonly hold', () => {
    expect(misspeltSettings(Object.fromEntries(common.map((name) => [name, 'x'])))).toEqual([]);
  });

  it('finds nothing in the settings themselves and the files of secrets', () => {
    const files = allSettings.filter(({ isSecret }) => isSecret).map(({ variable }) => `${variable}_FILE`);
    expect(misspeltSettings(Object.fromEntries([...names, ...files].map((name) => [name, 'x'])))).toEqual([]);
  });

  it('names the setting for every name of five or more letters with one edit', () => {
    const long = names.filter((name) => name.length >= 5);
    const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-');
    const edit = fc.constantFrom('insert', 'delete', 'replace', 'swap');
    fc.assert(
      fc.property(fc.constantFrom(...long), edit, fc.nat(), letter, (name, kind, seed, by) => {
        const at = seed % (name.length - 1);
        const removed = { insert: 0, delete: 1, replace: 1, swap: 2 }[kind];
        const added = { insert: by, delete: '', replace: by, swap: name[at + 1]! + name[at]! }[kind];
        const given = name.slice(0, at) + added + name.slice(at + removed);
        fc.pre(!names.includes(given));
        expect(meant(given)).toEqual([name]);
      }),
    );
  });

  it.each([
    ['PROT', 'PORT'],
    ['OPRT', 'PORT'],
    ['HSOT', 'HOST'],
    ['port', 'PORT'],
    ['Database_Url', 'DATABASE_URL'],
    ['DATABASE-URL', 'DATABASE_URL'],
    ['KEY_SECRET_FIL', 'KEY_SECRET_FILE'],
    ['SMTP_URLS', 'SMTP_URL'],
  ])('reads %s as a misspelt %s', (given, name) => {
    expect(meant(given)).toEqual([name]);
  });

  it('does not report a name that differs from a setting by two edits', () => {
    expect(meant('DATABSE_URLS')).toEqual([]);
    expect(meant('LOGLEVLE')).toEqual([]);
  });

  it('ignores a neighbor of a setting that is set, and the address of a linked service', () => {
    expect(misspeltSettings({ DATABASE_URI: 'x', DATABASE_URL: 'sqlite:a.db' })).toEqual([]);
    expect(misspeltSettings({ NOTIFICATIONS_PORT: 'tcp://10.0.0.1:8001' })).toEqual([]);
    expect(meant('NOTIFICATIONS_PORT')).toEqual(['NOTIFICATION_PORT']);
  });
});
