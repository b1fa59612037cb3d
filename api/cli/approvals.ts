import type { ApprovalDetail, ApprovalView } from '../../projections/approvals/queries.ts';
import { table, titled } from '../terminal.ts';
import { type CliCommand, reasonIn, reasonOption } from './command.ts';
import { allItems } from './pages.ts';
import { callService } from './service.ts';

const approvalTable = (items: readonly ApprovalView[]): string =>
  table(
    titled('Id', 'State', 'Duty', 'What', 'Asked by', 'Why', 'Until'),
    items.map((one) => [
      one.approvalId,
      one.decidedBy === null ? one.state : `${one.state} by ${one.decidedBy}`,
      one.duty,
      one.summary,
      one.requestedBy,
      one.reason,
      one.expiresAt,
    ]),
  );

const fieldsText = (fields: Readonly<Record<string, string>> | null): string =>
  fields === null
    ? '-'
    : Object.entries(fields)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ');

/** With all that would be different, for who is to agree. */
const oneText = (one: ApprovalDetail): string => {
  if (one.change === null) return approvalTable([one]);
  const { replaces, contentSha256, differences } = one.change;
  const rows = differences.map(({ kind, part, key, before, after }) => {
    const what = [kind, `${part} ${key}`];
    return [...what, fieldsText(before), fieldsText(after)];
  });
  return [
    approvalTable([one]),
    '',
    `In the place of version ${replaces.version} (${replaces.contentSha256}): ${contentSha256}`,
    table(titled('', 'What', 'Before', 'After'), rows),
  ].join('\n');
};

export const approvalsCommand: CliCommand = {
  usage: 'approvals [approvalId]',
  summary: 'What waits for a second person; of one, what would be different',
  options: [{ flags: '--all', text: 'also what is decided or has expired' }],
  callsService: true,
  examples: ['approvals', 'approvals --all --json', 'approvals 01JD0000000000000000000003'],
  run: async ([id], options) => {
    if (id !== undefined) {
      const service = await callService(options);
      const one = await service.get<ApprovalDetail>(`/v1/approvals/${encodeURIComponent(id)}`);
      return { value: one, text: oneText(one) };
    }
    const path = options.all === true ? '/v1/approvals' : '/v1/approvals?state=REQUESTED';
    const items = await allItems<ApprovalView>(await callService(options), path);
    return { value: items, text: items.length === 0 ? 'Nothing waits for a second person.' : approvalTable(items) };
  },
};

export const approveCommand: CliCommand = {
  usage: 'approve <approvalId>',
  summary: 'Agree as the second person, or refuse with --deny',
  options: [reasonOption, { flags: '--deny', text: 'do not agree' }],
  callsService: true,
  examples: ['approve 01JD0000000000000000000003 --as admin --reason "looked at the rows"'],
  run: async ([id = ''], options) => {
    const reason = reasonIn(options);
    const service = await callService(options);
    const path = `/v1/approvals/${encodeURIComponent(id)}`;
    const { payloadSha256, summary } = await service.get<ApprovalView>(path);
    const decision = options.deny === true ? 'DENY' : 'GRANT';
    const value = await service.post<{ readonly state: string }>(`${path}/decisions`, {
      decision,
      payloadSha256,
      reason,
    });
    return { value, text: `${value.state}: ${summary}` };
  },
};
