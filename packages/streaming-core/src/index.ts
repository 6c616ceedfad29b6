/** X. */
export const x = 2
