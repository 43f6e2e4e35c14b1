export interface ComposeService {
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly restart: string;
  readonly init: boolean;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly stop_grace_period: string;
  readonly logging: { readonly options: Readonly<Record<string, string>> };
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The names of all variables that the file passes on, set or not. */
  readonly handedOn: readonly string[];
  readonly profiles?: readonly string[];
  readonly build?: string;
  readonly mem_limit: string;
  readonly memswap_limit: string;
  readonly cpus: number;
  readonly pids_limit: number;
  readonly healthcheck: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly replicas: number;
  readonly dependsOn: readonly { readonly on: string; readonly condition: string }[];
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
}

/** @throws Error when a required variable is missing */
export function readCompose(variables: Record<string, string>, file?: URL | string): ComposeService[];
