const KEY = 'reading-room-claim';

/**
 * A secret of this browser that goes with a link when it is used. Should the reply be lost on its way, the link still works here, and only
 * here; it is forgotten once the reply has arrived.
 */
export function claimOfThisBrowser(): string {
  const kept = localStorage.getItem(KEY);
  if (kept) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const claim = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  localStorage.setItem(KEY, claim);
  return claim;
}

export function forgetClaim(): void {
  localStorage.removeItem(KEY);
}
