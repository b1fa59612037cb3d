import type { CallRefused } from '../client.ts';
import { typed } from './command.ts';

type Broken = {
  readonly kind: string;
  readonly id: string;
  readonly breaks: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
};

const breaksIn = ({ objects }: CallRefused['problem']): string | undefined =>
  Array.isArray(objects)
    ? (objects as readonly Broken[])
        .flatMap(({ kind, id, breaks }) =>
          breaks.map(({ pointer, code, detail }) => `  ${kind}:${id} ${pointer} ${code}: ${detail}`),
        )
        .join('\n')
    : undefined;

/** What a person can do about a refusal, where that is more than to read it. */
export const remedyOf = ({ code, problem }: CallRefused): string | undefined => {
  switch (code) {
    case 'APPROVAL_REQUIRED':
      return `Let somebody else whose duty it is run: ${typed} approve ${problem.approvalId} --reason "..." --as <role>\nThen repeat this command.`;
    case 'PROMOTION_BREAKS':
      return breaksIn(problem);
    case 'UNAUTHENTICATED':
      return 'The service does not know this key. Name another with --key or THROUGHLINE_KEY; those of a service started here are in keys.json of its data folder.';
    case 'FORBIDDEN':
    case 'PARTNER_SCOPE':
      return 'Another key may: --as names a role whose key lies in the data folder, --key gives one.';
    case 'REBUILD_RUNNING':
      return `See how far it is with ${typed} difference ${problem.rebuildId}, or give it up with ${typed} abort ${problem.rebuildId} --reason "..."`;
    case 'RATE_LIMITED':
    case 'SERVICE_UNAVAILABLE':
    case 'READ_MODEL_BEHIND':
      return 'Try again in a moment.';
    default:
      return undefined;
  }
};
