import type { z } from 'zod';
import { HttpProblem, isProblemCode, type ProblemError, problemTable } from './problem.ts';
import { pointerOf } from './request/hostileText.ts';

/** More than this helps nobody and would let a small body ask for a large answer. */
export const violationsMax = 100;

const codedPattern = /^([A-Z][A-Z0-9_]+): (.*)$/s;

type Issue = z.core.$ZodIssue;

const isMissing = (issue: Issue): boolean =>
  (issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.input === undefined;

/** The value itself is never repeated to the caller. */
const plain = (issue: Issue): { readonly code: string; readonly detail: string } => {
  if (isMissing(issue)) return { code: 'REQUIRED', detail: 'This property is missing.' };
  if (issue.code === 'invalid_type') {
    const article = issue.expected === 'object' || issue.expected === 'array' ? 'an' : 'a';
    return { code: 'TYPE_INVALID', detail: `This must be ${article} ${issue.expected}.` };
  }
  if (issue.code === 'too_big') return { code: 'SIZE_INVALID', detail: `At most ${issue.maximum} are taken here.` };
  if (issue.code === 'too_small') return { code: 'SIZE_INVALID', detail: `At least ${issue.minimum} is needed here.` };
  if (issue.code === 'invalid_value')
    return { code: 'VALUE_INVALID', detail: `One of: ${issue.values.map(String).join(', ')}.` };
  if (issue.code === 'invalid_format') return { code: 'FORMAT_INVALID', detail: 'This text has the wrong form.' };
  return { code: 'VALUE_INVALID', detail: 'This value is not allowed.' };
};

const errorsOf = (issue: Issue, prefix: readonly string[]): readonly ProblemError[] => {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...path, key]),
      code: 'UNKNOWN_PROPERTY',
      detail: 'This property is unknown here.',
    }));
  }
  // Queries are texts: a list of them is what the caller gave several of.
  if (prefix[0] === 'query' && Array.isArray(issue.input))
    return [{ pointer: pointerOf(path), code: 'TYPE_INVALID', detail: 'This parameter is given more than once.' }];
  const match = isMissing(issue) ? null : codedPattern.exec(issue.message);
  const { code, detail } = match === null ? plain(issue) : { code: match[1] ?? '', detail: match[2] ?? '' };
  return [{ pointer: pointerOf(path), code, detail }];
};

export const violationsOf = (error: z.core.$ZodError, prefix: readonly string[] = []): readonly ProblemError[] =>
  error.issues.flatMap((issue) => errorsOf(issue, prefix));

/** One entry per place, the first: what was found wrong later follows from it, or comes back when it is right. */
const distinct = (errors: readonly ProblemError[]): readonly ProblemError[] => {
  const seen = new Set<string>();
  return errors.filter(({ pointer }) => !seen.has(pointer) && seen.add(pointer));
};

/** Codes that a problem may carry when nothing else is wrong. */
const ownStatuses: ReadonlySet<number> = new Set([400, 422]);

/**
 * A problem with every violation. When all of them are of one kind it carries that code (a number for money is NUMERIC_FORMAT,
 * an unknown item ITEM_UNKNOWN, a name that is no field FIELDS_UNKNOWN); otherwise it is 422 VALIDATION_FAILED.
 */
export const invalid = (errors: readonly ProblemError[]): HttpProblem => {
  const all = distinct(errors);
  const codes = new Set(all.map((error) => error.code));
  const [only] = codes;
  const hasOwn = only !== undefined && isProblemCode(only) && ownStatuses.has(problemTable[only].status);
  const code = codes.size === 1 && hasOwn ? only : 'VALIDATION_FAILED';
  const first = all[0];
  const detail =
    all.length === 1 && first !== undefined
      ? `${first.pointer === '' ? 'The body' : first.pointer}: ${first.detail}`
      : `${all.length} things are wrong with this request; ${all.length > violationsMax ? `the first ${violationsMax} are` : 'they are all'} listed.`;
  return new HttpProblem(code, detail, { errors: all.slice(0, violationsMax) });
};
