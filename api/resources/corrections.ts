import type { CorrectionInput } from '../../commands/calls/corrections.ts';
import { inParallel } from '../../commands/inParallel.ts';
import { alsoAs } from '../../commands/outcome.ts';
import type { Receipt } from '../../commands/ports.ts';
import type { StagedJournal } from '../../domain/ledger/correctedJournal.ts';
import type { Restageable } from '../../projections/glStaging/restageable.ts';
import { requireScope } from '../authorise.ts';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../problem.ts';
import { type Call, type CommandCall, command, longCommand, type Route } from '../route.ts';
import {
  journalParams,
  repostBody,
  reposted,
  restageAllBody,
  restageBody,
  restaged,
  restagedAll,
  reversalBody,
  reversedAnswer,
} from '../schemas/corrections.ts';

const tag = 'General ledger';

const toInput = ({ journal, source }: Restageable): Pick<CorrectionInput, 'journal' | 'source'> => ({
  journal: journal as StagedJournal & typeof journal,
  source,
});

/** The journal as it stands for this caller, and where its event lies. */
const journalOf = async (journalId: string, { scope }: Call, { reads }: ApiDeps) => {
  const journal = await reads.journalById(journalId, scope);
  const source = journal && (await reads.eventById(journal.sourceEventId, scope));
  if (journal === undefined || source === undefined)
    throw new HttpProblem('NOT_FOUND', `There is no journal ${journalId}.`, { retain: false });
  return toInput({ journal, source });
};

const location = (journalId: string): string => `/v1/gl-journals/${journalId}`;

const restage = command({
  operation: 'restageGlJournal',
  path: '/v1/gl-journals/{journalId}/restagings',
  tag,
  summary: 'Stage a journal again that is not sealed yet, with the rules and accounts in force now',
  description:
    'The old version becomes SUPERSEDED and counts nowhere; both name each other. It lands in its own period while that is open or soft-closed, and in the first open one after it otherwise. A journal that takes back one that was staged again is staged again too. What is sealed is refused JOURNAL_SEALED: reverse it, or post it anew.',
  params: journalParams,
  body: restageBody,
  status: 201,
  answer: restaged,
  ask: async ({ params, body }, call, deps) =>
    deps.application.restageJournal(
      { ...(await journalOf(params.journalId, call, deps)), ...body, ...call.condition },
      call.context,
    ),
  tell: (value, receipt) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: location(value.supersededBy),
  }),
});

const reverse = longCommand({
  operation: 'reverseGlJournal',
  path: '/v1/gl-journals/{journalId}/reversals',
  tag,
  summary: 'Take a sealed journal back, exactly and once',
  description:
    'The reverse goes to the ERP after the journal itself; where the ERP refused that, both end here. What is not sealed is refused JOURNAL_NOT_SEALED: stage it again. Whoever closed or reopened the period of the accounting date is refused SOD_VIOLATION, and may not close it afterwards either. When the document is voided later, nothing is taken back a second time.',
  params: journalParams,
  body: reversalBody,
  status: 201,
  answer: reversedAnswer,
  ask: async ({ params, body }, call, deps) => {
    const input = { ...(await journalOf(params.journalId, call, deps)), ...body, ...call.condition };
    return deps.application.reverseJournal(input, call.context);
  },
  tell: (value, receipt) => ({ body: { ...value, receipt }, etag: receipt.revision }),
});

const repost = longCommand({
  operation: 'repostGlJournal',
  path: '/v1/gl-journals/{journalId}/reposts',
  tag,
  summary: 'Take a sealed journal back and post it anew, with the rules and accounts in force now',
  description:
    'A journal that was reversed by hand before is only posted anew. Both journals carry the accounting date; when the document is voided later, the new one is taken back. Otherwise as a reversal.',
  params: journalParams,
  body: repostBody,
  status: 201,
  answer: reposted,
  ask: async ({ params, body }, call, deps) => {
    const input = { ...(await journalOf(params.journalId, call, deps)), ...body, ...call.condition };
    return deps.application.repostJournal(input, call.context);
  },
  tell: (value, receipt) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: location(value.repostedBy),
  }),
});

/** So many in one request, a few of them at a time. */
const journalsMax = 200;
const atOnce = 8;

type Refused = { readonly journalId: string; readonly code: string; readonly detail: string };

/** Each is a command of its own, whose id follows from the request's: one that is sent again repeats none of them. */
const restageEach = async (found: readonly Restageable[], reason: string, call: CommandCall, deps: ApiDeps) => {
  const receipts: Receipt[] = [];
  const refused: Refused[] = [];
  const { commandId } = call.context;
  const restageOne = async (each: Restageable): Promise<void> => {
    const { journalId } = each.journal;
    const context = alsoAs(call.context, `${commandId}:${journalId}`);
    const outcome = await deps.application.restageJournal({ ...toInput(each), reason }, context);
    if (outcome.kind === 'done') receipts.push(outcome.receipt);
    if (outcome.kind === 'refused')
      refused.push({ journalId, code: outcome.refusal.refused, detail: outcome.refusal.detail });
  };
  // A reversal follows its original, which may be staged again by this very request.
  await inParallel(
    found.filter(({ journal }) => journal.reversalOf === null),
    atOnce,
    restageOne,
  );
  await inParallel(
    found.filter(({ journal }) => journal.reversalOf !== null),
    atOnce,
    restageOne,
  );
  const [last = null] = receipts.toSorted((a, b) => (a.position < b.position ? 1 : -1));
  return { restaged: receipts.length, refused, receipt: last };
};

const restageAll = longCommand({
  operation: 'restageGlJournals',
  path: '/v1/gl-journals/restagings',
  tag,
  summary: 'Stage journals again that wait for an account or for posting rules which are there now',
  description: `At most ${journalsMax} at a time, the oldest first; \`more\` says that there are others. Taken are journals from before the last account map or rule set, so each is staged again once for it. What was staged again before a request was cut off stays so; the same request goes on with the rest.`,
  body: restageAllBody,
  status: 200,
  answer: restagedAll,
  refusals: [],
  // What is staged again is many journals, none of which a revision could name.
  creates: true,
  handle: async ({ body: { reason, ...filter } }, call, deps) => {
    requireScope(call.principal, { bu: filter.bu });
    const found = await deps.reads.restageable({ ...filter, limit: journalsMax + 1 }, call.scope);
    const told = await restageEach(found.slice(0, journalsMax), reason, call, deps);
    const body = { ...told, more: found.length > journalsMax };
    return { body, ...(told.receipt !== null && { position: told.receipt.position }) };
  },
});

export const correctionRoutes: readonly Route[] = [restageAll, restage, reverse, repost];
