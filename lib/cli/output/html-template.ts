/**
 * The page. Everything between the signs is escaped by eta, and its policy lets nothing run or load even so. `it` is what
 * `html.ts` hands over.
 */
export const TEMPLATE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title><%= it.verdict %>: swapproof <%= it.tool %></title>
<style><%~ it.style %></style>
</head>
<body>
<header>
<h1><span class="<%= it.verdictClass %>"><%= it.verdict %></span>: <%= it.summary %></h1>
<p><%= it.askedSentence %> <%= it.notAskedSentence %></p>
<p class="soft">swapproof <%= it.tool %> asked <%= it.target %> from <%= it.startedAt %>, seed <code><%= it.seed %></code>. To run it again:</p>
<pre><code><%= it.replay %></code></pre>
</header>
<main>
<% if (it.findings.length > 0) { %>
<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
<% for (const finding of it.findings) { %>
<article class="<%= finding.certainty %>" aria-labelledby="finding-<%= finding.number %>">
<h3 id="finding-<%= finding.number %>"><%= finding.number %>. <%= finding.warning %><%= finding.title %> (<%= finding.mechanism %>)</h3>
<dl>
<% for (const [label, text] of finding.rows) { %><dt><%= label %></dt><dd><% if (label === 'leaked') { %><mark><%= text %></mark><% } else { %><%= text %><% } %></dd>
<% } %></dl>
<% for (const exchange of finding.exchanges) { %><h4><%= exchange.title %></h4>
<pre><code><%= exchange.curl %></code></pre>
<% } %><h4>To find it again</h4>
<pre><code><%= finding.replay %></code></pre>
</article>
<% } %>
<% if (it.more !== '') { %><p><%= it.more %></p><% } %>
</section>
<% } %>
<% if (it.drawing.bars.length > 0) { %>
<section aria-labelledby="lanes">
<h2 id="lanes">Who asked when</h2>
<p class="soft">A lane for each user, a row for each request, time downwards but not to scale. <% if (it.drawing.arrows.length > 0) { %>A red arrow leads from the response of the owner to that of whoever received it; its number is the finding's.<% } %></p>
<div class="scroll" tabindex="0" role="region" aria-label="Timeline">
<svg class="heads" aria-hidden="true" width="<%= it.drawing.width %>" height="26" viewBox="0 0 <%= it.drawing.width %> 26">
<% for (const lane of it.drawing.lanes) { %><text class="who" x="<%= lane.middle %>" y="18"><%= lane.label %></text>
<% } %></svg>
<svg role="img" aria-label="<%= it.drawingLabel %>" width="<%= it.drawing.width %>" height="<%= it.drawing.height %>" viewBox="0 0 <%= it.drawing.width %> <%= it.drawing.height %>">
<% for (const lane of it.drawing.lanes) { %><rect class="lane" x="<%= lane.x %>" y="0" width="<%= lane.width %>" height="<%= it.drawing.height %>"/>
<% } for (const time of it.drawing.times) { %><text class="time" x="2" y="<%= time.y %>"><%= time.text %></text>
<% } for (const bar of it.drawing.bars) { %><g><title><%= bar.title %></title><rect class="bar<% if (bar.leaked) { %> leaked<% } %>" x="<%= bar.x %>" y="<%= bar.y %>" width="<%= bar.width %>" height="<%= bar.height %>" rx="2"/><text class="text" x="<%= bar.x + 4 %>" y="<%= bar.y + 11 %>"><%= bar.text %></text></g>
<% } for (const arrow of it.drawing.arrows) { %><g><path class="arrow" d="<%= arrow.path %>"/><polygon class="head" points="<%= arrow.head %>"/><circle class="head" cx="<%= arrow.x %>" cy="<%= arrow.y %>" r="8"/><text class="number" x="<%= arrow.x %>" y="<%= arrow.y + 4 %>"><%= arrow.label %></text></g>
<% } %></svg>
</div>
<details><summary>The same as a table</summary>
<table><thead><tr><th scope="col">asked at</th><th scope="col">answered at</th><th scope="col">who</th><th scope="col">request</th><th scope="col">answer</th></tr></thead><tbody>
<% for (const row of it.table) { %><tr><% for (const cell of row) { %><td><%= cell %></td><% } %></tr>
<% } %></tbody></table>
</details>
</section>
<% } %>
<section aria-labelledby="asked"><h2 id="asked">Asked</h2>
<ul><% for (const item of it.asked) { %><li><%= item %></li>
<% } %></ul></section>
<section aria-labelledby="not-asked"><h2 id="not-asked">Not asked</h2>
<ul><% for (const item of it.notCovered) { %><li><%= item %></li>
<% } %></ul></section>
</main>
</body>
</html>
`;
