/** What is printed may come from anybody, and the servers that run it obey some lines. */

/**
 * GitHub obeys lines that begin with `::` after blanks, and `##[` anywhere; Azure and TeamCity obey `##vso[` and
 * `##teamcity[`. In text one character is replaced, which keeps its columns.
 */
export function inertText(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1?').replace(/#(?=#\w*\[)/g, '?');
}

/** JSON says the same in other letters. */
export function inertJson(json: string): string {
  return json.replace(/#(?=#\w*\[)/g, '\\u0023');
}
