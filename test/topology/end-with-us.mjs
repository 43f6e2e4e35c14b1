const children = new Map();
process.once('exit', () => {
  for (const [child, signal] of children) child.kill(signal);
});

/** Ends a child process when this process ends before it. */
export function endWithUs(child, signal) {
  children.set(child, signal);
  child.once('exit', () => children.delete(child));
}
