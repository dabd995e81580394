using Mesh.Sidecar.State;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Sidecar.Tests.State;

public sealed class StateKeeperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-").FullName;
    private readonly FakeTimeProvider _clock = new();
    private readonly LogLines _log = new();
    private bool _isFull;
    private int _writes;

    [Fact]
    public async Task Changes_OfOneMoment_AreWrittenOnce()
    {
        await using var keeper = Keeper();
        keeper.Accepted(States.Configuration("v1"));
        keeper.Accepted(States.Configuration("v2"));
        Assert.Equal(0, _writes);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, _writes);
        Assert.Equal("v2", File().Read()!.Configuration.Find("type", "r0")!.Version);
        Assert.Equal("v2", keeper.Current.Find("type", "r0")!.Version);
    }

    [Fact]
    public async Task Changes_WithoutPause_AreWrittenEveryTwoSeconds()
    {
        await using var keeper = Keeper();
        for (var i = 0; i < 100; i++)
        {
            keeper.Accepted(States.Configuration($"v{i}"));
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(_writes, 4, 6);
    }

    [Fact]
    public async Task Nothing_Changed_NothingIsWritten()
    {
        await using var keeper = Keeper();
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, _writes);
    }

    [Fact]
    public async Task End_ChangeNotWrittenYet_IsWritten()
    {
        await using (var keeper = Keeper())
        {
            keeper.Accepted(States.Configuration("v1"));
        }

        Assert.Equal("v1", File().Read()!.Configuration.Find("type", "r0")!.Version);
    }

    [Fact]
    public async Task Disk_Full_IsToldOnceAndTriedAgain()
    {
        await using var keeper = Keeper();
        _isFull = true;
        for (var i = 0; i < 3; i++)
        {
            keeper.Accepted(States.Configuration($"v{i}"));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Single(_log.Lines, line => line.Contains("could not be saved", StringComparison.Ordinal));
        Assert.Equal("v2", keeper.Current.Find("type", "r0")!.Version);

        _isFull = false;
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("v2", File().Read()!.Configuration.Find("type", "r0")!.Version);
        Assert.Single(_log.Lines, line => line.Contains("again", StringComparison.Ordinal) && line.StartsWith("Information", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Memory_Only_NothingIsWritten()
    {
        await using (var keeper = new StateKeeper(States.New(), null, _clock, NullLogger.Instance))
        {
            keeper.Accepted(States.Configuration("v9"));
            _clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal("v9", keeper.Current.Find("type", "r0")!.Version);
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private StateKeeper Keeper() => new(States.New(), File(), _clock, _log);

    private StateFile File() => new(Path.Combine(_folder, "state"), path =>
    {
        _writes++;
        return new FullDisk(System.IO.File.Create(path), _isFull ? 10 : int.MaxValue);
    });
}
