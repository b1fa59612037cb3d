import type { ApprovalView } from '../../projections/approvals/queries.ts';
import { table } from '../terminal.ts';
import { type CliCommand, requiredOption } from './command.ts';
import { allItems } from './pages.ts';
import { callService } from './service.ts';

const approvalTable = (items: readonly ApprovalView[]): string =>
  table(
    ['Id', 'State', 'Duty', 'What', 'Asked by', 'Why', 'Until'].map((title) => ({ title })),
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

export const approvalsCommand: CliCommand = {
  usage: 'approvals',
  summary: 'What waits for a second person',
  options: [{ flags: '--all', text: 'also what is decided or has expired' }],
  callsService: true,
  examples: ['approvals', 'approvals --all --json'],
  run: async (_args, options) => {
    const path = options.all === true ? '/v1/approvals' : '/v1/approvals?state=REQUESTED';
    const items = await allItems<ApprovalView>(await callService(options), path);
    return { value: items, text: items.length === 0 ? 'Nothing waits for a second person.' : approvalTable(items) };
  },
};

export const approveCommand: CliCommand = {
  usage: 'approve <approvalId>',
  summary: 'Agree as the second person, or refuse with --deny',
  options: [
    { flags: '--reason <text>', text: 'why; it stays in the log' },
    { flags: '--deny', text: 'do not agree' },
  ],
  callsService: true,
  examples: ['approve 01JD0000000000000000000003 --as admin --reason "looked at the rows"'],
  run: async ([id = ''], options) => {
    const reason = requiredOption(options, 'reason', '--reason');
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
