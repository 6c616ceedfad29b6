import { createControlRoom } from './control-room.js'
import { pickElement } from './elements.js'
import { bindGoLiveForm } from './go-live-form.js'

const root = document.querySelector('[data-studio]')

if (root instanceof HTMLElement) {
  const formSection = pickElement(root, '[data-form-section]')
  const roomSection = pickElement(root, '[data-control-room]')
  const offline = pickElement(root, '[data-offline]')

  /** @param {boolean} isOpen */
  const showRoom = (isOpen) => {
    formSection.hidden = isOpen
    roomSection.hidden = !isOpen
  }

  const room = createControlRoom(roomSection, {
    origin: root.dataset.origin ?? location.origin,
    onConnection: (isConnected) => {
      offline.hidden = isConnected
    },
    onLeave: () => {
      showRoom(false)
      form.refresh()
    },
  })

  const form = bindGoLiveForm(formSection, (stream, reasons) => {
    room.open(stream.id, reasons)
    showRoom(true)
    scrollTo({ top: 0 })
  })

  if (root.dataset.streamId) room.open(root.dataset.streamId)
}
