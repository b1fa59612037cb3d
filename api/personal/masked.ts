import { sealMark, withMasked } from '../../domain/personal/sealedText.ts';

const holdsSealed = (value: unknown): boolean => {
  if (typeof value === 'string') return value.includes(sealMark);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSealed);
};

const maskedIn = (value: unknown): unknown => {
  if (typeof value === 'string') return withMasked(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(maskedIn);
  return Object.fromEntries(Object.entries(value).map(([name, member]: [string, unknown]) => [name, maskedIn(member)]));
};

/** A body in which no sealed word is left: what is the same before and after somebody is erased. The body itself when it has none. */
export const masked = <Body>(body: Body): Body => (holdsSealed(body) ? (maskedIn(body) as Body) : body);
