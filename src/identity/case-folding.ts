/**
 * Unicode simple case folding (CaseFolding.txt, status C and S), built from the case mappings of the engine: the table
 * then never lags behind the engine's own normalization. Tested against the engine's regular expressions, which fold in
 * the same way, for every code point.
 *
 * Not `toLowerCase`: that keeps `ς` apart from `σ` and `ſ` apart from `s`, and turns `İ` into two characters. Not full
 * folding: that makes `ß` and `ss` one.
 */
export function foldCase(text: string): string {
  return isAscii.test(text) ? text.toLowerCase() : Array.from(text, foldCharacter).join('');
}

const isAscii = /^[\0-\x7f]*$/;

/** Cherokee folds to its capitals, which are the older letters. */
const isCherokee = /\p{Script=Cherokee}/u;

/** What the case mappings lack: `ı` is a letter of its own, and the others have no capital of one character. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ['\u0131', '\u0131'],
  ['\u1fd3', '\u0390'],
  ['\u1fe3', '\u03b0'],
  ['\ufb05', '\ufb06'],
]);

function foldCharacter(character: string): string {
  const exception = exceptions.get(character);
  if (exception !== undefined) return exception;
  // Through the capital, because several small letters may share one: s and ſ, σ and ς.
  const upper = unlessLonger(character.toUpperCase(), character);
  return isCherokee.test(character) ? upper : unlessLonger(upper.toLowerCase(), character);
}

/**
 * A simple mapping maps one character to one; where the engine returns more, the simple mapping keeps the character.
 */
function unlessLonger(mapped: string, character: string): string {
  return [...mapped].length === 1 ? mapped : character;
}
