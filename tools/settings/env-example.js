/** `.env.example`: every setting with its meaning, and its default or else an example. */
export function envExample(sections) {
  const secrets = sections.flatMap(({ settings }) =>
    settings.filter(({ isSecret }) => isSecret).map(({ variable }) => `${variable}_FILE`),
  );
  return [
    ...header(secrets).map(comment),
    ...sections.flatMap(({ heading, settings }) => ['', `# --- ${heading}`, ...settings.flatMap(entry)]),
    '',
  ].join('\n');
}

const header = (secrets) => [
  'Settings of the account service, each with its meaning. A commented-out value is the default unless said otherwise.',
  'Copy this file to .env and remove the # from a line to change it. Variables of the process override the file.',
  'Durations are in milliseconds. An invalid value stops the start; the message names the setting and what is wrong.',
  'A secret may come from a file, which a variable ending in _FILE names; the variable without _FILE must not be set then:',
  `${secrets.join(', ')}.`,
  'Whitespace around the content of the file is ignored.',
  'Docker Compose reads .env too, with POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE for its database (docs/guide/deploy.md).',
  'It expands $NAME in a value: write a value that contains $ in single quotes.',
  'This file is generated from src/config/groups by `npm run settings`.',
];

function entry({ variable, meaning, default: byDefault, example, isMachineDependent }) {
  const [note, value] = isMachineDependent
    ? ['The default depends on the machine; for example:', example]
    : byDefault === undefined
      ? ['Not set by default; for example:', example]
      : [undefined, byDefault];
  return ['', ...[meaning, note, `${variable}=${value}`].filter(Boolean).map(comment)];
}

const comment = (line) => `# ${line}`;
