/** What mails may say in place of `{{…}}`. */
export type Placeholder = 'service' | 'url' | 'name' | 'link' | 'code';

interface MailKind {
  /** The page below PUBLIC_URL that its link opens, with the token in the fragment, which no server ever sees. */
  readonly page?: string;
  /** What its text must contain, since people need it. */
  readonly required: readonly Placeholder[];
}

/** The mails of the service, by the names of their routes and of the files that replace their texts. */
export const mailKinds = {
  welcome: { required: ['link'] },
  'welcome-by-mail': { required: ['link'] },
  'session-reuse': { required: [] },
  verification: { page: 'account/verify/', required: ['link', 'code'] },
  'password-forgotten': { page: 'account/reset/', required: ['link', 'code'] },
  'password-changed': { required: [] },
  'email-change-requested': { required: [] },
  'email-change': { page: 'account/email/', required: ['link'] },
  'email-taken': { required: [] },
  'email-changed': { required: [] },
  'email-undo': { page: 'account/undo/', required: ['link'] },
  'email-restored': { required: [] },
} as const satisfies Record<string, MailKind>;

export type MailKindName = keyof typeof mailKinds;

export const mailKindNames = Object.keys(mailKinds) as MailKindName[];

export const mailKind = (name: MailKindName): MailKind => mailKinds[name];
