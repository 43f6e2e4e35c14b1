/** Random choices that a seed repeats (mulberry32). */
export class Chance {
  constructor(private state: number) {}

  /** An integer from 0, below the limit. */
  upTo(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit;
  }

  whole(least: number, most: number): number {
    return least + Math.floor(this.upTo(most - least + 1));
  }

  /** One of the choices, each as likely as its weight says. */
  among<Choice>(choices: readonly (readonly [Choice, number])[]): Choice {
    let drawn = this.upTo(choices.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [choice, weight] of choices) if ((drawn -= weight) < 0) return choice;
    return choices[0]![0];
  }
}
