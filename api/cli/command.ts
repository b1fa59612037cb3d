import { readFile } from 'node:fs/promises';
import type { KeyRole } from '../keys.ts';

/**
 * The shape that every command of the terminal shares. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found,
 * 4 refused by the service, 5 the service or its database is away, 6 something differs that should not, 7 nothing is wrong, but
 * nothing from elsewhere vouches for it, 8 a period cannot be closed yet.
 */

export const unvouched = 7;
export const notReady = 8;

/** How a command is typed: what the terminal prints can be copied into it. */
export const typed = 'npm run -s throughline --';

export class Stop extends Error {
  override readonly name = 'Stop';
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** `--json`, `--url`, `--key` and `--as` belong to the frame; the rest is the command's, in camel case. */
export type CliOptions = {
  readonly json?: boolean;
  readonly url?: string;
  readonly key?: string;
  readonly as?: string;
  readonly [name: string]: string | boolean | readonly string[] | undefined;
};

/** `value` is what `--json` prints, `text` what a person reads; both end on stdout, progress and problems on stderr. */
export type Shown = {
  readonly value: unknown;
  /** Undefined: it has written everything already. */
  readonly text: string | undefined;
  readonly exitCode?: number;
};

/** `repeatable`: it may be given several times, and its values are a list. */
export type CliOption = { readonly flags: string; readonly text: string; readonly repeatable?: true };

export type CliCommand = {
  /** With its arguments, as commander writes them: `rebuild <projection>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly CliOption[];
  /** It asks the running service over HTTP, so it takes `--url`, `--key` and `--as`. */
  readonly callsService?: boolean;
  /** Whose key it uses unless `--as` names another; ops where nothing is said. */
  readonly as?: KeyRole;
  /** Whole command lines, without the word throughline. */
  readonly examples: readonly string[];
  readonly run: (args: readonly string[], options: CliOptions) => Promise<Shown>;
};

/** The text of an option that takes one, without blanks around it. */
export const textOption = (options: CliOptions, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

/** All texts of an option that may be given several times. */
export const textOptions = (options: CliOptions, name: string): readonly string[] => {
  const values = options[name];
  return Array.isArray(values) ? values.map((value) => String(value).trim()).filter((value) => value !== '') : [];
};

/** Throws `Stop` 2 when the option is missing. */
export const requiredOption = (options: CliOptions, name: string, flag: string): string => {
  const value = textOption(options, name);
  if (value === undefined) throw new Stop(`Say ${flag}.`, 2);
  return value;
};

/** Of what somebody decides. */
export const reasonOption: CliOption = { flags: '--reason <text>', text: 'why; it stays in the log' };

/** Throws `Stop` 2 when none is given. */
export const reasonIn = (options: CliOptions): string => requiredOption(options, 'reason', '--reason');

/** Throws `Stop` 3 when it cannot be read. */
export const textOfFile = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new Stop(`There is no file ${file}.`, 3);
  }
};

/** One line that is overwritten, for a person who waits; nothing when nobody looks. */
export const progress = (text: string): void => {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[K${text}`);
};

export const endProgress = (): void => {
  if (process.stderr.isTTY === true) process.stderr.write('\n');
};

/** Positions as people read them. */
export const shortPosition = (position: string): string => position.replace(/^0+(?=\d)/, '');

/** A time span as people read it: 800 ms, 12 s, 3 min 5 s, 4 h 10 min, 27 d 3 h. */
export const durationText = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
};

/** Counts as people read them: 12,345. */
export const countText = (count: number): string => count.toLocaleString('en-US');

/** `1 event`, `12,345 events`. */
export const counted = (count: number, noun: string): string => `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
