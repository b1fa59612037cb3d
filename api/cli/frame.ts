import { Command, CommanderError } from 'commander';
import { CallRefused } from '../client.ts';
import { type KeyRole, keyRoles } from '../keys.ts';
import { type CliCommand, type CliOption, type CliOptions, type Shown, Stop, typed } from './command.ts';
import { remedyOf } from './remedies.ts';

const serviceOptions: readonly CliOption[] = [
  { flags: '--url <url>', text: 'a service elsewhere (also THROUGHLINE_URL); without it the one of DATA_DIR' },
  { flags: '--key <key>', text: 'the credential to use (also THROUGHLINE_KEY, which does not show in a process list)' },
];

const asOption = (role: KeyRole): CliOption => ({
  flags: '--as <role>',
  text: `whose key of the data folder to use: ${keyRoles.join(', ')}; ${role} unless said`,
});

const show = ({ value, text, exitCode }: Shown, { json }: CliOptions): void => {
  if (text !== undefined) console.log(json === true ? JSON.stringify(value, null, 2) : text);
  process.exitCode = exitCode ?? 0;
};

const examplesOf = (examples: readonly string[]): string =>
  `\nExamples:\n${examples.map((line) => `  ${typed} ${line}`).join('\n')}`;

const gather = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const add = (program: Command, command: CliCommand): void => {
  const own = program.command(command.usage).description(command.summary);
  const ofService = command.callsService === true ? [...serviceOptions, asOption(command.as ?? 'ops')] : [];
  const options = [...(command.options ?? []), ...ofService];
  for (const { flags, text, repeatable } of options)
    if (repeatable === true) own.option(flags, text, gather);
    else own.option(flags, text);
  own.option('--json', 'for machines').addHelpText('after', examplesOf(command.examples));
  own.action(async () => {
    const given = own.opts<CliOptions>();
    show(await command.run(own.args, command.as === undefined ? given : { as: command.as, ...given }), given);
  });
};

const exitCodeOfStatus = (status: number): number => (status === 404 ? 3 : status >= 500 ? 5 : 4);

/** The exit code of a failure, after saying on stderr what failed. */
const report = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof CallRefused) {
    const remedy = remedyOf(error);
    if (remedy !== undefined) console.error(remedy);
    return exitCodeOfStatus(error.status);
  }
  return error instanceof Stop ? error.exitCode : 1;
};

/** Whoever reads only the beginning, as `head` does, has what it wanted: that is no failure. */
const endWithReader = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
};

/** Reads the command line, runs one command, prints what it shows and sets the exit code. */
export const runCli = async (commands: readonly CliCommand[], argv: readonly string[]): Promise<void> => {
  endWithReader();
  const program = new Command('throughline')
    .description('Operate a running Throughline from the terminal.')
    .showHelpAfterError('Add --help for how to use it.')
    .exitOverride()
    .addHelpText('after', examplesOf(commands.flatMap(({ examples }) => examples.slice(0, 1))))
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused, 5 the service or its database is away, 6 something differs, 7 nothing from elsewhere vouches for it, 8 a period cannot be closed yet.',
    );
  for (const command of commands) add(program, command);
  await program.parseAsync([...argv]).catch((error: unknown) => {
    process.exitCode = report(error);
  });
};
