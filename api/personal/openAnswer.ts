import {
  erasedText,
  maskedText,
  type SealedText,
  sealedIn,
  withMasked,
  withOpened,
} from '../../domain/personal/sealedText.ts';
import type { ApiDeps } from '../deps.ts';
import type { Operation } from '../permissions.ts';
import { inScope, type Principal } from '../principal.ts';
import type { Sent } from '../request/sent.ts';
import { seesPersonalText, showsAsStored, showsSecrets } from './shownTo.ts';

/** A webhook's secret is nobody's text: it is shown to whoever just made it, and the trail of readings is not about it. */
const isSecret = ({ subject }: SealedText): boolean => subject.startsWith('webhook:');

/** Subjects are `customer:<bu>.<customer>` and `unit:<bu>`. Nobody reads about customers of others, whatever words a text of theirs may hold. */
const isTheirs = ({ businessUnits, customers }: Principal, subject: string): boolean => {
  const [, kind, bu = '', customer] = /^(\w+):([^.]+)(?:\.(.+))?$/.exec(subject) ?? [];
  if (!inScope(businessUnits, bu)) return false;
  return customers === 'all' || (kind === 'customer' && customer !== undefined && customers.includes(customer));
};

/** As it stands inside a JSON text. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

type Reading = { readonly operation: Operation; readonly principal: Principal; readonly correlationId: string };

/** Noted before it is shown; what cannot be noted is not shown. */
const noted = (deps: Pick<ApiDeps, 'personal' | 'clock'>, reading: Reading, words: readonly SealedText[]) => {
  const { operation, principal, correlationId } = reading;
  const at = deps.clock();
  const known = new Map<string, boolean>();
  for (const { subject } of words) {
    if (known.has(subject)) continue;
    const { id: by, roles } = principal;
    known.set(subject, deps.personal.note({ subject, by, roles, operation, correlationId, at }));
  }
  return ({ subject }: SealedText): boolean => known.get(subject) ?? false;
};

/**
 * The one door by which personal text leaves the service: the answer with its sealed words opened for whoever may read them, and
 * masked for everybody else. Answers that are evidence show what is stored. Throws `LogUnavailable`.
 */
export const openAnswer = async (
  sent: Sent,
  deps: Pick<ApiDeps, 'personal' | 'clock'>,
  reading: Reading,
): Promise<Sent> => {
  const words = showsAsStored(reading.operation) ? [] : sealedIn(sent.text);
  if (words.length === 0) return sent;
  const mayRead = seesPersonalText(reading.principal.roles);
  const theirs = words.filter((word) =>
    isSecret(word) ? showsSecrets(reading.operation) : mayRead && isTheirs(reading.principal, word.subject),
  );
  if (theirs.length === 0) return { ...sent, text: withMasked(sent.text) };
  const opened = await deps.personal.open(theirs);
  const isNoted = noted(
    deps,
    reading,
    theirs.filter((word) => !isSecret(word) && typeof opened.get(word.text) === 'string'),
  );
  const shown = new Map(
    theirs.map((word) => {
      const text = opened.get(word.text);
      if (text === null) return [word.text, erasedText];
      return [word.text, text !== undefined && (isSecret(word) || isNoted(word)) ? inJson(text) : maskedText];
    }),
  );
  return { ...sent, text: withOpened(sent.text, (word) => shown.get(word) ?? maskedText) };
};
