import { type CliCommand, type CliOption, type CliOptions, reasonIn, reasonOption, textOption } from './command.ts';
import { callService } from './service.ts';

type Corrected = {
  readonly accountingDate?: string;
  readonly supersededBy?: string;
  readonly reversedBy?: string | null;
  readonly repostedBy?: string;
};

const date: CliOption = {
  flags: '--date <day>',
  text: 'accounting date in an open period; today where nothing is said',
};

const made = (text: string, journalId: string | null | undefined): readonly string[] =>
  journalId ? [`${text} ${journalId}.`] : [];

const whatCame = (journalId: string, { accountingDate, supersededBy, reversedBy, repostedBy }: Corrected): string =>
  [
    `${journalId} is corrected${accountingDate === undefined ? '' : `, dated ${accountingDate}`}.`,
    ...made('In its place stands', supersededBy),
    ...made('Taken back by', reversedBy),
    ...made('Posted anew as', repostedBy),
    'What is new goes to the ERP with the next batch of its period.',
  ].join('\n');

const correction = (name: string, path: string, summary: string, options: readonly CliOption[]): CliCommand => ({
  usage: `${name} <journal>`,
  summary,
  options,
  callsService: true,
  as: 'finance',
  examples: [`${name} 4f5e0c1a-9a55-5d0e-8a0b-0d3c5a1f2b6e --reason "wrong account"`],
  run: async ([journalId = ''], given: CliOptions) => {
    const because = reasonIn(given);
    const service = await callService(given);
    const accountingDate = textOption(given, 'date');
    const body = { reason: because, ...(accountingDate !== undefined && { accountingDate }) };
    const value = await service.post<Corrected>(`/v1/gl-journals/${encodeURIComponent(journalId)}/${path}`, body);
    return { value, text: whatCame(journalId, value) };
  },
});

export const restageCommand = correction(
  'restage',
  'restagings',
  'Stage a journal again that is not sealed yet, with the accounts and rules in force now',
  [reasonOption],
);

export const reverseCommand = correction('reverse', 'reversals', 'Take a sealed journal back, exactly and once', [
  reasonOption,
  date,
]);

export const repostCommand = correction(
  'repost',
  'reposts',
  'Take a sealed journal back and post it anew, with the accounts and rules in force now',
  [reasonOption, date],
);
