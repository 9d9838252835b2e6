/** A credential that is no longer what it was, as a finding. */
import type { NewFinding } from '../../../evidence/finding.js';

export function changedByUse(owner: string | null, where: string, what: string): NewFinding {
  return {
    mechanism: 'M20',
    title: `a credential of ${owner} was changed by being used`,
    owner,
    receiver: null,
    exchanges: [],
    leak: { where: 'side effect', name: where, offset: null, excerpt: 'verified before, not as it should afterwards' },
    detail: `${owner} had a good credential (${where}). ${what} What shows or changes a record must never write back the secret as it read it.`,
  };
}
