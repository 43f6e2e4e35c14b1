export interface QuickSettings {
  readonly databaseUrl: string;
  readonly serviceUrl: string;
  /** Milliseconds. */
  readonly sendTimeout: number;
}

/** The environment of a process with short leases and cheap hashes. */
export function quickSettings({ databaseUrl, serviceUrl, sendTimeout }: QuickSettings): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: databaseUrl,
    NOTIFICATION_SERVICE_URL: serviceUrl,
    NOTIFICATION_TIMEOUT_MS: String(sendTimeout),
    PORT: '0',
    LOG_FORMAT: 'json',
    METRICS: 'off',
    PASSWORD_MEMORY_KIB: '8',
    PASSWORD_ITERATIONS: '1',
    // All clients of a test have one address.
    RATE_LIMIT_PER_MINUTE: '0',
  };
}
