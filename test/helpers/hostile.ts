/** Strings that somebody would send to break a report. */
export const HOSTILE: readonly string[] = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '</title></style></svg><iframe src=//evil.test>',
  '<%= process.exit() %> {{1}}',
  ']]><!--',
  '\x1b[31mred\x07\r\n\0\u202e\ud800',
  '::error file=a::b',
  '\n::add-mask::x\n  ::stop-commands::y\n',
  'a ##[error]x ##vso[task.setvariable variable=a]b ##teamcity[x]',
  '| a |\n# b\n![c](https://evil.test) @everyone `d` ```` <b>',
  '```',
  'x'.repeat(10_000),
];
