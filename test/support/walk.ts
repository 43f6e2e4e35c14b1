/** A command of a walk that is written down, and what it prints. */
export interface Step {
  readonly command: string;
  /** With `…` for what differs each time. */
  readonly printed: string;
}

/** The steps of a block of commands: parted by an empty line, what is printed under the command behind a `#`. */
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

/** What is printed as a pattern that matches nothing else. */
export const patternOf = (printed: string) =>
  new RegExp(`^${printed.split('…').map(escaped).join('[^"/]+')}\n$`);

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
