/** How the page looks: in the light, in the dark, and on paper. Red is for what leaked, and says so in words as well. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #5b6169; --page: #fff; --box: #f5f6f8; --line: #d4d8dd;
  --red: #c4161c; --green: #116329; --yellow: #7a5200; --bar: #dbe6f4; --bar-ink: #17324f; --leak: #fbdcdc; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --soft: #a3abb4; --page: #15181c; --box: #1f242a;
  --line: #3a424b; --red: #ff8080; --green: #63d18a; --yellow: #e8b95a; --bar: #26384e; --bar-ink: #d5e4f5; --leak: #552628; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1.5rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 0 0 .75rem; }
h4 { font-size: .9rem; margin: 1rem 0 .25rem; }
.swapped { color: var(--red); } .clean { color: var(--green); } .cannot-tell { color: var(--yellow); }
.soft { color: var(--soft); }
article { border: 1px solid var(--line); border-left: 4px solid var(--red); border-radius: 4px; padding: 1rem; margin: 1rem 0; }
article.warning { border-left-color: var(--yellow); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 4px; padding: .6rem; margin: 0; white-space: pre-wrap;
  font: .85rem/1.4 ui-monospace, monospace; }
mark { background: var(--leak); color: inherit; font-family: ui-monospace, monospace; font-size: .85rem; padding: 0 .2rem; }
.scroll { overflow: auto; max-height: 90vh; border: 1px solid var(--line); border-radius: 4px; }
.scroll:focus-visible, summary:focus-visible { outline: 3px solid var(--bar-ink); }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: top; }
svg { display: block; font: 11px ui-monospace, monospace; }
svg.heads { position: sticky; top: 0; background: var(--page); }
svg .lane { fill: var(--box); } svg .who { fill: var(--ink); font-weight: bold; text-anchor: middle; font-size: 12px; }
svg .time { fill: var(--soft); } svg .bar { fill: var(--bar); } svg .bar.leaked { fill: var(--leak); stroke: var(--red); }
svg .text { fill: var(--bar-ink); } svg .arrow { fill: none; stroke: var(--red); stroke-width: 2; }
svg .head { fill: var(--red); } svg .number { fill: var(--page); text-anchor: middle; font-weight: bold; }
@media print { body { padding: 0; max-width: none; } .scroll { max-height: none; overflow: visible; border: 0; }
  svg.heads { position: static; }
  svg { max-width: 100%; height: auto; } pre, dl { break-inside: avoid; } h2, h3 { break-after: avoid; } }
`;
