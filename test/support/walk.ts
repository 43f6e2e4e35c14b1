/** A command of a documented walk, and its output. */
export interface Step {
  readonly command: string;
  /** With `…` for parts that differ each time. */
  readonly printed: string;
}

/** The steps of a block of commands, separated by empty lines, each with its output below in `#` comments. */
export function stepsIn(block: string): Step[] {
  return block
    .trim()
    .split('\n\n')
    .map((step) => {
      const lines = step.split('\n');
      const printed = lines.filter((line) => line.startsWith('# '));
      return {
        command: lines.slice(0, lines.length - printed.length).join('\n'),
        printed: printed.map((line) => line.slice(2)).join('\n'),
      };
    });
}

/** The output as a pattern that matches nothing else, but for columns that a team adds to the account. */
export const patternOf = (printed: string) =>
  new RegExp(
    `^${printed.split('…').map(escaped).join('[^"/]+').replace('"active":true', '$&(,"[^}]*)?')}\n$`,
  );

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
