// Loaded into the platform by `npm start`: when that is killed outright, the platform ends too and frees its ports.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
