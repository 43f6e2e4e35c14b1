import type { MailKindName } from './mail-kinds.js';

/** The texts that are built in. The form of a text is described in docs/guide/accounts.md. */
export const english: Readonly<Record<MailKindName, string>> = {
  welcome: `Subject: Welcome to {{service}}

Hello{{name}},

An account at {{service}} ({{url}}) was created with this e-mail address.

It is not active yet. Activate it with this e-mail address and the password that was chosen, then sign in:

[Activate your account]({{link}})

If you did not create it, ignore this mail: someone may have mistyped an address of their own.
`,

  'welcome-by-mail': `Subject: Welcome to {{service}}

Hello{{name}},

An account at {{service}} ({{url}}) was created with this e-mail address.

It is not active yet. Ask there for a mail that confirms your address, and follow its link:

[Open {{service}}]({{link}})

If you did not create it, ignore this mail: without that link the account stays inactive.
`,

  'session-reuse': `Subject: A sign-in at {{service}} was ended

Hello{{name}},

This is about your account at {{service}} ({{url}}).

Someone used a sign-in of your account that had already been used elsewhere. It may have been copied, so we ended it. Your other devices stay signed in.

Sign in again on the device that was signed out. If you use it alone, change your password there.
`,

  verification: `Subject: Confirm your e-mail address at {{service}}

Hello{{name}},

Someone asked {{service}} ({{url}}) to confirm that this is your e-mail address. If it was you, follow this link within seven days:

[Confirm your address]({{link}})

Or enter this code within 15 minutes: {{code}}

If it was not you, ignore this mail. The account with your address stays unconfirmed. Never pass the code on: we do not ask for it.
`,

  'password-forgotten': `Subject: A new password for {{service}}

Hello{{name}},

Someone asked for a new password for your account at {{service}} ({{url}}). If it was you, follow this link within 30 minutes and choose one:

[Choose a new password]({{link}})

Or enter this code within the same time: {{code}}

If it was not you, ignore this mail: your password stays as it is. Never pass the code on: we do not ask for it.
`,

  'password-changed': `Subject: Your password at {{service}} was changed

Hello{{name}},

The password of your account at {{service}} ({{url}}) was changed just now, and other devices were signed out.

If it was you, there is nothing to do.

If it was not you, ask for a new password there at once: the link is sent to this address.
`,

  'email-change-requested': `Subject: Your e-mail address at {{service}} is about to change

Hello{{name}},

Someone who knows your password asked {{service}} ({{url}}) to give your account another e-mail address. It changes once the new address agrees.

If it was you, follow the link in the mail to the new address.

If it was not you, change your password there at once. Until the new address agrees, nothing has changed.
`,

  'email-change': `Subject: Your new e-mail address at {{service}}

Hello{{name}},

An account at {{service}} ({{url}}) is to have this e-mail address. If you asked for it, follow this link within a day:

[Use this address]({{link}})

If it was not you, ignore this mail: the account keeps its address.
`,

  'email-taken': `Subject: Someone tried to use your e-mail address at {{service}}

Hello{{name}},

Someone asked {{service}} ({{url}}) to give another account your e-mail address. It stays yours, and nothing has changed.

If it was you, you have two accounts there: sign in to the one with this address.

If it was not you, there is nothing to do.
`,

  'email-changed': `Subject: Your e-mail address at {{service}} was changed

Hello{{name}},

Your account at {{service}} ({{url}}) has this e-mail address now. Sign in with it from now on.

If it was you, there is nothing to do.

If it was not you, ignore this mail: the former address has got a link that undoes the change.
`,

  'email-undo': `Subject: Your e-mail address at {{service}} was replaced

Hello{{name}},

Your account at {{service}} ({{url}}) has another e-mail address now. Mails go there from now on.

If it was you, there is nothing to do.

If it was not you, follow this link within seven days. It gives the account its old address back and signs out every device:

[Undo the change]({{link}})

Then ask for a new password: the person who changed the address knows the present one.
`,

  'email-restored': `Subject: Your e-mail address at {{service}} is back

Hello{{name}},

Your account at {{service}} ({{url}}) has this e-mail address again, and every device was signed out.

If someone else had changed it, they know your password: ask there for a new one now.
`,
};
