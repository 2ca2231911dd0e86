import Foundation
import HubConfiguration
import HubMessages
import LinuxIO
import Sensing
import TestSupport
import Testing

@testable import KernelSensors

/// A sysfs of plain files in a directory of its own.
///
/// What it shows is what the drivers' sources and the kernel's ABI documents say. What it does not do: make a reader
/// wait, fail a read with EIO (a directory in a file's place fails it with EISDIR instead), appear and vanish by itself.
struct FakeSysfs {
    private let directory: TemporaryDirectory
    var root: String { directory.path }

    init(_ files: [String: String]) throws {
        directory = try TemporaryDirectory()
        for (path, text) in files {
            let url = URL(fileURLWithPath: "\(root)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
    }

    func read(_ interface: KernelSensor.Interface, _ device: String) -> Result<Climate, DriverFault> {
        SensorTree(root: root).read(KernelSensor(interface: interface, device: device))
    }

    func fault(_ interface: KernelSensor.Interface, _ device: String) -> String? {
        if case .failure(let fault) = read(interface, device) { return fault.text }
        return nil
    }
}

@Suite struct SensorTreeTests {
    @Test func `a BME280 gives processed values: millidegrees, thousandths of a per cent, kilopascals`() throws {
        let tree = try FakeSysfs([
            "bus/iio/devices/iio:device0/name": "ads1015\n",
            "bus/iio/devices/iio:device0/in_voltage0_raw": "12\n",
            "bus/iio/devices/iio:device1/name": "bme280\n",
            "bus/iio/devices/iio:device1/in_temp_input": "21430\n",
            "bus/iio/devices/iio:device1/in_humidityrelative_input": "47256\n",
            "bus/iio/devices/iio:device1/in_pressure_input": "101.325000000\n",
        ])
        #expect(
            tree.read(.iio, "bme280") == .success(Climate(temperature: 21.43, humidity: 47.26, pressure: 1_013.25)))
        #expect(tree.read(.iio, "iio:device1") == tree.read(.iio, "bme280"))
    }

    @Test func `an SCD4x gives raw values, scales and offsets, and its CO2 as per cent`() throws {
        // drivers/iio/chemical/scd4x.c: temperature scale 175/65536 in millidegrees with an offset, CO2 scale 0.0001.
        let tree = try FakeSysfs([
            "bus/iio/devices/iio:device0/name": "scd41\n",
            "bus/iio/devices/iio:device0/in_temp_raw": "25000\n",
            "bus/iio/devices/iio:device0/in_temp_scale": "2.670288085\n",
            "bus/iio/devices/iio:device0/in_temp_offset": "-16852\n",
            "bus/iio/devices/iio:device0/in_humidityrelative_raw": "30000\n",
            "bus/iio/devices/iio:device0/in_humidityrelative_scale": "1.525878906\n",
            "bus/iio/devices/iio:device0/in_concentration_co2_raw": "815\n",
            "bus/iio/devices/iio:device0/in_concentration_co2_scale": "0.000100000\n",
        ])
        #expect(
            tree.read(.iio, "scd41") == .success(Climate(temperature: 21.76, humidity: 45.78, co2: 815)))
    }

    @Test func `scale and offset that are shared by all channels of a device or of a type count too`() throws {
        let tree = try FakeSysfs([
            "bus/iio/devices/iio:device0/name": "x", "bus/iio/devices/iio:device0/label": "keller",
            "bus/iio/devices/iio:device0/in_temp0_raw": "10", "bus/iio/devices/iio:device0/in_temp_scale": "1000",
            "bus/iio/devices/iio:device0/in_humidityrelative0_raw": "20",
            "bus/iio/devices/iio:device0/in_scale": "500",
        ])
        #expect(tree.read(.iio, "keller") == .success(Climate(temperature: 10, humidity: 10)))
    }

    @Test func `an SHT3x in hwmon`() throws {
        let tree = try FakeSysfs([
            "class/hwmon/hwmon0/name": "cpu_thermal\n", "class/hwmon/hwmon0/temp1_input": "48000\n",
            "class/hwmon/hwmon1/name": "sht3x\n", "class/hwmon/hwmon1/temp1_input": "-5250\n",
            "class/hwmon/hwmon1/humidity1_input": "81000\n",
        ])
        #expect(tree.read(.hwmon, "sht3x") == .success(Climate(temperature: -5.25, humidity: 81)))
        #expect(tree.read(.hwmon, "cpu_thermal") == .success(Climate(temperature: 48)))
        let faulty = try FakeSysfs([
            "class/hwmon/hwmon0/name": "max31865", "class/hwmon/hwmon0/temp1_input": "0",
            "class/hwmon/hwmon0/temp1_fault": "1",
        ])
        #expect(faulty.fault(.hwmon, "max31865")?.contains("reports a fault") == true)
    }

    @Test func `a 1-Wire thermometer by its temperature file, or by w1_slave where the kernel is older`() throws {
        let tree = try FakeSysfs([
            "bus/w1/devices/28-0316a2795cff/temperature": "-1062\n",
            "bus/w1/devices/28-000000000001/w1_slave":
                "72 01 4b 46 7f ff 0e 10 57 : crc=57 YES\n72 01 4b 46 7f ff 0e 10 57 t=23125\n",
            "bus/w1/devices/28-000000000002/w1_slave":
                "ff ff ff ff ff ff ff ff ff : crc=c9 NO\nff ff ff ff ff ff ff ff ff t=-62\n",
            "bus/w1/devices/28-000000000003/temperature": "85000\n",
            "bus/w1/devices/28-000000000004/temperature": "\n",
        ])
        #expect(tree.read(.oneWire, "28-0316a2795cff") == .success(Climate(temperature: -1.06)))
        #expect(tree.read(.oneWire, "28-000000000001") == .success(Climate(temperature: 23.13)))
        #expect(tree.fault(.oneWire, "28-000000000002")?.contains("checksum") == true)
        #expect(tree.fault(.oneWire, "28-000000000003")?.contains("power-on value") == true)
        #expect(tree.fault(.oneWire, "28-000000000004")?.contains("is no number") == true)
        #expect(
            tree.fault(.oneWire, "28-00")?.hasPrefix("no 1-Wire device '28-00'; there are: 28-000000000001, ") == true)
    }

    @Test func `what is not there, ambiguous, without a quantity or unreadable is said with what to do`() throws {
        let tree = try FakeSysfs([
            "bus/iio/devices/iio:device0/name": "bme280", "bus/iio/devices/iio:device1/name": "bme280",
            "bus/iio/devices/iio:device2/name": "adc", "bus/iio/devices/iio:device3/name": "broken",
            "bus/iio/devices/iio:device3/in_temp_input/not-a-file": "",
        ])
        #expect(
            tree.fault(.iio, "bmp280")
                == "no IIO device is named 'bmp280'; there are: adc, bme280, bme280, broken")
        #expect(
            tree.fault(.iio, "bme280")
                == "several devices are named 'bme280'; write one of iio:device0, iio:device1 instead")
        #expect(tree.fault(.iio, "adc")?.contains("neither temperature") == true)
        #expect(tree.fault(.iio, "broken")?.contains("in_temp_input") == true)
        #expect(tree.fault(.hwmon, "sht3x")?.contains("the kernel shows none") == true)
        #expect(tree.fault(.oneWire, "28-1")?.contains("w1-gpio overlay") == true)
    }
}

@Suite struct KernelSensorsTests {
    private func sensor(_ index: Int) -> SensorID {
        guard let id = SensorID("s\(index)") else { preconditionFailure("a legal name") }
        return id
    }

    @Test func `readings come in the order in which they were asked for, on a descriptor to wait for`() throws {
        let tree = try FakeSysfs([
            "class/hwmon/hwmon0/name": "a", "class/hwmon/hwmon0/temp1_input": "1000",
            "class/hwmon/hwmon1/name": "b", "class/hwmon/hwmon1/temp1_input": "2000",
        ])
        let sensors = try KernelSensors(root: tree.root)
        #expect(sensors.next()?.sensor == nil)
        for round in 0..<100 {
            #expect(sensors.read(sensor(0), KernelSensor(interface: .hwmon, device: "a")))
            #expect(sensors.read(sensor(1), KernelSensor(interface: .hwmon, device: "b")))
            #expect(sensors.read(sensor(2), KernelSensor(interface: .hwmon, device: "c")))
            var got: [(SensorID, Double?)] = []
            while got.count < 3 {
                sensors.arrived.wait(timeout: .seconds(10))
                while let reading = sensors.next() {
                    got.append((reading.sensor, try? reading.result.get().temperature))
                }
            }
            #expect(got.map(\.0) == [sensor(0), sensor(1), sensor(2)], "round \(round)")
            #expect(got.map(\.1) == [1, 2, nil])
        }
    }

    @Test func `G12: no more than its capacity is asked for, whatever nobody takes`() throws {
        let tree = try FakeSysfs(["class/hwmon/hwmon0/name": "a", "class/hwmon/hwmon0/temp1_input": "1000"])
        let sensors = try KernelSensors(root: tree.root)
        let device = KernelSensor(interface: .hwmon, device: "a")
        for _ in 0..<KernelSensors.capacity { #expect(sensors.read(sensor(0), device)) }
        #expect(!sensors.read(sensor(0), device))
        var taken = 0
        while taken < KernelSensors.capacity {
            sensors.arrived.wait(timeout: .seconds(10))
            while sensors.next() != nil { taken += 1 }
        }
        #expect(sensors.read(sensor(0), device))
    }
}
