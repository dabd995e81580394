using System.Text.Json.Nodes;
using Mesh.Sidecar.State;

namespace Mesh.Sidecar.Tests.State;

public sealed class SavedStateTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mesh-").FullName;
    private readonly LogLines _log = new();

    private SidecarOptions Options => new() { StateDir = _root, ControlPlane = new Uri("https://cp:5678"), CaCert = "ca" };

    [Fact]
    public void State_SavedBefore_IsThere()
    {
        var request = new JsonObject { ["name"] = "web", ["dataplaneToken"] = "old", ["version"] = "1" };
        Save(request);

        using var saved = Open();

        // A new token and a new program are no other proxy.
        Assert.NotNull(saved.For(new JsonObject { ["name"] = "web", ["dataplaneToken"] = "new", ["version"] = "2" }));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void State_OfAnotherRequest_IsNotUsed()
    {
        Save(new JsonObject { ["name"] = "web", ["dataplaneResource"] = "one inbound" });
        using var saved = Open();

        Assert.Null(saved.For(new JsonObject { ["name"] = "web", ["dataplaneResource"] = "two inbounds" }));

        Assert.Null(saved.Former);
        Assert.Contains("another Dataplane", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void State_OfAnotherControlPlane_IsPutAside()
    {
        Save([]);
        using var saved = SavedState.Open(Options with { ControlPlane = new Uri("https://other:5678") }, "default", "web", _log);

        Assert.Null(saved.Former);
        AssertAside(saved, "another proxy or control plane");
    }

    [Fact]
    public void State_OfAnotherCa_IsPutAside()
    {
        Save([]);
        using var saved = SavedState.Open(Options with { CaCert = "another ca" }, "default", "web", _log);

        Assert.Null(saved.Former);
        AssertAside(saved, "another proxy or control plane");
    }

    [Theory]
    [InlineData(0, "no saved state")]
    [InlineData(60, "cut off")]
    public void State_CutOff_IsPutAside(int length, string reason)
    {
        Save([]);
        Change(bytes => bytes[..length]);

        using var saved = Open();

        Assert.Null(saved.Former);
        AssertAside(saved, reason);
    }

    [Fact]
    public void State_WrongChecksum_IsPutAside()
    {
        Save([]);
        Change(bytes =>
        {
            bytes[^1] ^= 1;
            return bytes;
        });

        using var saved = Open();

        Assert.Null(saved.Former);
        AssertAside(saved, "checksum");
    }

    [Fact]
    public void Folder_OfAProxy_IsItsOwnersOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no file modes");
        using var saved = Open();

#pragma warning disable CA1416 // Skipped there.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(saved.Folder!.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(saved.Folder.Path, "lock")));
#pragma warning restore CA1416 // Only here.
    }

    [Fact]
    public void Folder_InUse_GoesOnInMemory()
    {
        using var first = Open();
        using var second = Open();

        Assert.NotNull(first.Folder);
        Assert.Null(second.Folder);
        Assert.Contains("--state-dir", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_CannotBeMade_GoesOnInMemory()
    {
        var file = Path.Combine(_root, "file");
        File.WriteAllText(file, "");

        using var saved = SavedState.Open(Options with { StateDir = file }, "default", "web", _log);

        Assert.Null(saved.Folder);
        Assert.Contains("--state-dir", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeepConfiguration.Memory)]
    [InlineData(KeepConfiguration.Off)]
    public void Folder_NotWanted_IsNotMade(KeepConfiguration keep)
    {
        using var saved = SavedState.Open(Options with { KeepConfiguration = keep }, "default", "web", _log);

        Assert.Null(saved.Folder);
        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public void Folders_OfProxies_AreDifferent()
    {
        using var dot = SavedState.Open(Options, "a.b", "c", _log);
        using var other = SavedState.Open(Options, "a", "b.c", _log);
        using var strange = SavedState.Open(Options, "..", "../x", _log);

        Assert.NotEqual(dot.Folder!.Path, other.Folder!.Path);
        Assert.Equal(_root, Path.GetDirectoryName(strange.Folder!.Path));
    }

    [Theory]
    [InlineData("/run/state:/other", "/xdg", "/home/me", false, "/run/state")]
    [InlineData("", "/xdg", "/home/me", true, "/var/lib/mesh/proxies")]
    [InlineData("", "/xdg", "/home/me", false, "/xdg/mesh/proxies")]
    [InlineData("", "", "/home/me", false, "/home/me/.local/state/mesh/proxies")]
    [InlineData("", "", "", false, "")]
    public void Root_Default_IsWhereStateBelongs(string systemd, string xdg, string home, bool isRoot, string expected) =>
        Assert.Equal(expected, StateFolder.DefaultRoot(name => name switch { "STATE_DIRECTORY" => systemd, "XDG_STATE_HOME" => xdg, _ => home }, isRoot));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private SavedState Open() => SavedState.Open(Options, "default", "web", _log);

    private void Save(JsonObject request)
    {
        using var saved = Open();
        saved.Folder!.State.Write(StateCodec.Write(States.New(saved.Identity, SavedState.Fingerprint(request))));
    }

    private void Change(Func<byte[], byte[]> change)
    {
        var file = Directory.GetFiles(_root, "state", SearchOption.AllDirectories).Single();
        File.WriteAllBytes(file, change(File.ReadAllBytes(file)));
    }

    private void AssertAside(SavedState saved, string reason)
    {
        var file = saved.Folder!.State;
        Assert.False(File.Exists(file.Path));
        Assert.True(File.Exists(file.AsidePath));
        var line = Assert.Single(_log.Lines);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Contains(file.AsidePath, line, StringComparison.Ordinal);
    }
}
