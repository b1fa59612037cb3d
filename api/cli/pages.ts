import type { Service } from './service.ts';

const pagesMax = 20;

type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };

/** All items of a list, up to some thousands: who wants more uses the API. */
export const allItems = async <T>(service: Service, path: string): Promise<readonly T[]> => {
  const found: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesMax && (page === 0 || cursor !== null); page += 1) {
    const joint = path.includes('?') ? '&' : '?';
    const from: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer: Page<T> = await service.get(`${path}${joint}limit=500${from}`);
    found.push(...answer.items);
    cursor = answer.nextCursor;
  }
  return found;
};
