using System.Buffers;
using Mesh.Stores.Embedded;
using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.StoreWriter;
using Mesh.Testing.Resources;

namespace Mesh.Stores.Tests.Embedded;

/// <summary>Bytes change at rest: damage is refused with its position, or does not matter.</summary>
public sealed class DamageTests
{
    private const string LogName = "store-000001.log";

    [Fact]
    public async Task Open_AnyByteOfTheLogChanged_IsRefusedOrTheSame()
    {
        var (content, model) = await WriteAsync();
        var refused = 0;
        for (var at = (int)LogFormat.Begin; at < content[LogName].Length; at += 5)
        {
            var damaged = Copy(content);
            damaged[LogName][at] ^= 0x41;
            try
            {
                await using var store = Routine.OpenStore(new SimulatedFolder(damaged));
                Assert.True(model.Matches(await StoreModel.OfAsync(store)), $"byte {at} changed what is there, unnoticed");
            }
            catch (StoreDamagedException damage)
            {
                refused++;
                Assert.InRange(damage.Position, LogFormat.Begin, at);
                Assert.EndsWith(LogName, damage.File, StringComparison.Ordinal);
            }
        }

        Assert.True(refused > 300, $"{refused} were refused");
    }

    [Fact]
    public async Task Open_LogCutAnywhere_IsRefused()
    {
        var (content, model) = await WriteAsync();
        var whole = content[LogName].AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        for (var length = 0; length < whole; length += 5)
        {
            var damaged = Copy(content);
            damaged[LogName] = damaged[LogName][..length];
            Assert.Throws<StoreDamagedException>(() => Routine.OpenStore(new SimulatedFolder(damaged)));
        }

        Assert.True(model.Items.Count > 0);
    }

    [Fact]
    public async Task Open_RecordInTheMiddleBrokenAndMarkLost_IsStillRefused()
    {
        var (content, _) = await WriteAsync();
        content.Remove("confirmed");
        content[LogName][(int)LogFormat.Begin + 200] ^= 1;
        Assert.Throws<StoreDamagedException>(() => Routine.OpenStore(new SimulatedFolder(content)));
    }

    [Theory]
    [InlineData("confirmed")]
    [InlineData("CURRENT")]
    public async Task Open_AnyByteOfASmallFileChanged_IsRefusedOrTheSame(string name)
    {
        var (content, model) = await WriteAsync();
        for (var at = 0; at < content[name].Length; at++)
        {
            var damaged = Copy(content);
            damaged[name][at] ^= 0x10;
            try
            {
                await using var store = Routine.OpenStore(new SimulatedFolder(damaged));
                Assert.True(model.Matches(await StoreModel.OfAsync(store)), $"byte {at} of {name}");
            }
            catch (StoreDamagedException damage)
            {
                Assert.Equal("CURRENT", name);
                Assert.Equal(0, damage.Position);
            }
        }
    }

    [Fact]
    public async Task Open_CurrentLostButLogThere_IsRefused()
    {
        var (content, _) = await WriteAsync();
        content.Remove("CURRENT");
        Assert.Throws<StoreDamagedException>(() => Routine.OpenStore(new SimulatedFolder(content)));
    }

    [Fact]
    public void Open_LogOfANewerFormat_IsRefusedAndSaysSo()
    {
        var folder = new SimulatedFolder();
        var header = new ArrayBufferWriter<byte>();
        new LogHeader(Guid.NewGuid(), 1, 0).Write(header);
        var newer = header.WrittenSpan.ToArray();
        newer[0] = LogFormat.Version + 1;
        using (var log = new FasterRecordLog(folder.Open(LogName), LogFormat.Begin))
        {
            var record = new byte[LogFormat.HeaderBytes + newer.Length];
            LogFormat.Write(record, RecordKind.Header, continues: false, author: 0, sequence: 0, durable: -1, newer);
            log.Append(record);
            log.Commit();
        }

        StoreFiles.WriteCurrent(folder, 1);
        var before = folder.Content();

        var refusal = Assert.Throws<StoreDamagedException>(() => Routine.OpenStore(folder));

        Assert.Equal("the log has format 2; this version reads 1", refusal.Reason);
        Assert.Equal(before[LogName], folder.Content()[LogName]);
    }

    [Fact]
    public async Task Open_LogLost_IsRefused()
    {
        var (content, _) = await WriteAsync();
        content.Remove(LogName);
        Assert.Throws<StoreDamagedException>(() => Routine.OpenStore(new SimulatedFolder(content)));
    }

    [Fact]
    public async Task Open_RandomBytesBehindTheEnd_AreCutOff()
    {
        var (content, model) = await WriteAsync();
        var random = new Random(11);
        var log = new SimulatedFolder(content).Open(LogName);
        var whole = (int)new LogReader(log, LogName, -1, page => page.Dispose()).Read().Tail;
        for (var i = 0; i < 50; i++)
        {
            var tail = new byte[random.Next(1, 3000)];
            random.NextBytes(tail);
            var disk = new SimulatedFolder(new Dictionary<string, byte[]>(Copy(content)) { [LogName] = [.. content[LogName][..whole], .. tail] });
            await using (var store = Routine.OpenStore(disk))
            {
                Assert.True(model.Matches(await StoreModel.OfAsync(store)), $"try {i}");
                await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "after"));
            }

            await using var again = Routine.OpenStore(disk);
            Assert.Equal(model.Revision + 1, again.Revision);
        }
    }

    private static Dictionary<string, byte[]> Copy(Dictionary<string, byte[]> content) =>
        content.ToDictionary(pair => pair.Key, pair => (byte[])pair.Value.Clone());

    private static async Task<(Dictionary<string, byte[]> Content, StoreModel Model)> WriteAsync()
    {
        var folder = new SimulatedFolder();
        var random = new Random(5);
        StoreModel model;
        await using (var store = Routine.OpenStore(folder, compactAt: long.MaxValue))
        {
            model = StoreModel.Empty;
            for (var i = 0; i < 25; i++)
            {
                var (next, isAccepted, ask) = model.Step(i == 0 ? 0 : 1 + random.Next(4), random.Next(15), new string('x', random.Next(100)));
                if (isAccepted)
                {
                    await ask(store);
                    model = next;
                }
            }
        }

        return (folder.Content(), model);
    }
}
