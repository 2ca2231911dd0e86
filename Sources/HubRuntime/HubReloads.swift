internal import ConfigurationFile
internal import ControlSocket
internal import Hub
internal import HubConfiguration
internal import HubMessages
internal import LinuxIO
internal import Logging
internal import ServiceManager

// A configuration that was read again (SIGHUP).
extension HubDaemon {
    func handleReloads() {
        while let result = reloads.next() {
            switch result {
            case .success(let loaded): reconfigure(loaded)
            case .failure(let failure):
                for line in failure.lines {
                    log.error("the configuration stays as it is", metadata: ["mistake": "\(line)"])
                }
                feed(.configurationRefused(mistakes: failure.lines.count))
            }
            service.ready()
        }
    }

    private func reconfigure(_ loaded: DaemonConfiguration) {
        var new = loaded
        for name in new.hub.keepWhatNeedsRestart(of: configuration.hub) {
            log.warning("a setting takes effect with the next start only", metadata: ["setting": "\(name)"])
        }
        let isSameBroker =
            new.login == configuration.login && new.hub.mqtt == configuration.hub.mqtt
            && new.hub.privacy == configuration.hub.privacy
        configuration = new
        desk.setPolicy(new.peers)
        warnOfSetup()
        house?.reconfigure(new.hub, at: now.monotonic)
        if !isSameBroker, let old = link {
            var goodbye = hub.status
            goodbye.online = false
            old.retire(hub.isConnected == true ? goodbye : nil)
            dropLink()
            feed(.disconnected)
        }
        feed(.reconfigured(new.hub))
        log.notice("the configuration took effect")
    }

    /// What is no mistake and will be missed all the same.
    func warnOfSetup() {
        for warning in configuration.hub.warnings {
            log.warning("the configuration leaves something out", metadata: ["warning": "\(warning)"])
        }
        for group in configuration.peers.missingGroups {
            log.warning("this machine has no such group; nobody is in it", metadata: ["group": "\(group)"])
        }
    }
}
