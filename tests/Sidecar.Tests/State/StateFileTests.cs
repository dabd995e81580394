using Mesh.Sidecar.State;

namespace Mesh.Sidecar.Tests.State;

public sealed class StateFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-").FullName;

    private string FilePath => Path.Combine(_folder, "state");

    [Fact]
    public void File_NotThere_IsNoState() => Assert.Null(new StateFile(FilePath).Read());

    [Fact]
    public void File_Written_IsReadByItsOwnerOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no file modes");
        var file = new StateFile(FilePath);
        file.Write(StateCodec.Write(States.New()));

        Assert.Equal(States.Describe(States.New()), States.Describe(file.Read()!));
#pragma warning disable CA1416 // Skipped there.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
#pragma warning restore CA1416 // Only here.
        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    [Fact]
    public void File_DiskIsFullAnywhere_FormerStays()
    {
        var former = StateCodec.Write(States.New());
        new StateFile(FilePath).Write(former);
        var next = StateCodec.Write(States.New(request: "another"));
        for (var room = 0; room < next.Length; room += 7)
        {
            var full = new StateFile(FilePath, path => new FullDisk(File.Create(path), room));
            Assert.Throws<IOException>(() => full.Write(next));
            Assert.Equal("request", full.Read()!.Request);
            Assert.Equal([FilePath], Directory.GetFiles(_folder));
        }
    }

    [Fact]
    public void File_LeftHalfWrittenByACrash_IsReplaced()
    {
        File.WriteAllText(FilePath + ".new", "half");
        var file = new StateFile(FilePath);

        file.Write(StateCodec.Write(States.New()));

        Assert.NotNull(file.Read());
        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
