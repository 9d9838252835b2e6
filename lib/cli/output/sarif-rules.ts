/** The 29 mechanisms as rules of code scanning. All stand in every file, so that an alert's rule is always explained. */
import type { ReportingDescriptor } from 'sarif';
import { ALL_MECHANISMS, MECHANISMS, type Mechanism } from '../../evidence/mechanisms.js';

/** CWE-488 is "exposure of data element to wrong session". */
const TAGS = ['security', 'session', 'external/cwe/cwe-488'];
/** From 9.0 on GitHub calls it critical: somebody is logged in as somebody else. */
const SEVERITY = '9.1';

export const SARIF_RULES: readonly ReportingDescriptor[] = ALL_MECHANISMS.map(ruleOf);

export function ruleIndex(mechanism: Mechanism): number {
  return ALL_MECHANISMS.indexOf(mechanism);
}

function ruleOf(mechanism: Mechanism): ReportingDescriptor {
  const { title, resembles, prevention } = MECHANISMS[mechanism];
  const help = `${sentence(title)} It has happened: ${resembles}. What prevents it: ${prevention}`;
  return {
    id: mechanism,
    name: camelCase(title),
    shortDescription: { text: sentence(title) },
    fullDescription: { text: `One user sees the session of another: ${title}.` },
    help: {
      text: help,
      markdown: `${sentence(title)}\n\n**It has happened:** ${resembles}.\n\n**What prevents it:** ${prevention}`,
    },
    defaultConfiguration: { level: 'error' },
    properties: { tags: TAGS, precision: 'very-high', 'problem.severity': 'error', 'security-severity': SEVERITY },
  };
}

function sentence(title: string): string {
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}.`;
}

function camelCase(title: string): string {
  const words = title.match(/[a-z0-9]+/gi) ?? [];
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
}
