/**
 * What lies over the picture, or null when the picture speaks for itself.
 *
 * @typedef {{ name: string, title: string, text: string, isBusy?: boolean, action?: string,
 *   actions?: 'sign_in' | 'other' }} Screen
 */

/** @type {Record<import('./api.js').Denial['reason'], { title: string, text: string, actions: 'sign_in' | 'other' }>} */
const denials = {
  sign_in: {
    title: 'Sign in to watch',
    text: 'This stream is for people with an account. In this demo you sign in with one press.',
    actions: 'sign_in',
  },
  subscribe: {
    title: 'For subscribers',
    text: 'Subscribe to this creator to watch.',
    actions: 'other',
  },
  buy_ticket: { title: 'A ticket opens this stream', text: 'Buy a ticket to watch.', actions: 'other' },
  region: {
    title: 'Not available where you are',
    text: 'The creator does not show this stream in your region.',
    actions: 'other',
  },
  age: {
    title: 'For adults',
    text: 'Confirm your age in your account to watch.',
    actions: 'other',
  },
  banned: {
    title: 'This stream is by invitation',
    text: 'Your account is not on the guest list. Ask the creator to invite you, or sign in as somebody who is.',
    actions: 'other',
  },
  not_started: {
    title: 'Not started yet',
    text: 'The doors open when the show begins. This page lets you in by itself.',
    actions: 'other',
  },
}

/**
 * @param {{
 *   status: import('./api.js').Stream['status'] | 'gone',
 *   playerState: import('./player.js').PlayerState,
 *   isConnected: boolean,
 *   creator: string,
 * }} view
 * @returns {Screen | null}
 */
export function screenFor({ status, playerState, isConnected, creator }) {
  if (status === 'gone') {
    const text = 'It was removed, or the platform restarted and forgot it (the demo keeps streams in memory).'
    return { name: 'gone', title: 'This stream is not here any more', text, actions: 'other' }
  }
  if (status === 'ended') {
    return {
      name: 'ended',
      title: 'The stream has ended',
      text: `Thank you for watching ${creator}.`,
      actions: 'other',
    }
  }
  if (status === 'failed') {
    const text = `The stage could not be set up. ${creator} may start a new stream.`
    return { name: 'failed', title: 'This stream did not start', text, actions: 'other' }
  }
  if (playerState.name === 'denied') return { name: 'denied', ...denials[playerState.denial.reason] }
  if (status === 'ready') {
    const text = isConnected
      ? 'Stay here: the video starts by itself.'
      : 'The server does not answer. This page tries again by itself.'
    return { name: 'waiting', title: `${creator} is about to go live`, text, isBusy: true }
  }
  if (playerState.name === 'failed') {
    return {
      name: 'error',
      title: 'The video cannot be played',
      text: playerState.message,
      action: 'Try again',
    }
  }
  if (status === 'interrupted' && playerState.name !== 'playing') {
    const text = 'Back in a moment: stay here, it goes on by itself.'
    return { name: 'interrupted', title: `${creator}'s connection dropped`, text, isBusy: true }
  }
  if (playerState.name === 'playing' || playerState.name === 'buffering') return null
  if (playerState.name === 'reconnecting') {
    const text = 'Your connection or the video server has a moment. Trying again by itself.'
    return { name: 'reconnecting', title: 'Getting the video back', text, isBusy: true }
  }
  return { name: 'connecting', title: `${creator} is live`, text: 'Loading the video…', isBusy: true }
}
