using System.Diagnostics;
using Mesh.Identity.Certificates;
using Mesh.Model.Kinds;
using Mesh.Zone.Control.Loop;
using Mesh.Zone.Identity;

namespace Mesh.Zone.Tests.Identity;

/// <summary>What is read of the control plane's machine because a resource names it.</summary>
public sealed class DataSourcesTests : IDisposable
{
    private const int Longest = 1 << 20;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-sources").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(Longest)]
    public async Task File_OfABoundedLength_IsReadAlsoOverLinks(int length)
    {
        var text = new string('x', length);
        await File.WriteAllTextAsync(PathOf("file"), text, TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(PathOf("inner"), "file");
        File.CreateSymbolicLink(PathOf("outer"), PathOf("inner"));

        Assert.Equal(text, await ReadAsync(PathOf("file")));
        Assert.Equal(text, await ReadAsync(PathOf("outer")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Longest + 1)]
    public async Task File_EmptyOrTooLong_IsRefused(int length)
    {
        await File.WriteAllTextAsync(PathOf("file"), new string('x', length), TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(PathOf("link"), PathOf("file"));

        await Assert.ThrowsAsync<CertificateException>(() => ReadAsync(PathOf("file")));
        await Assert.ThrowsAsync<CertificateException>(() => ReadAsync(PathOf("link")));
    }

    [Fact]
    public async Task Device_WithoutAnEnd_IsRefused()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "there are no devices");
        File.CreateSymbolicLink(PathOf("link"), "/dev/zero");

        await Assert.ThrowsAsync<CertificateException>(() => ReadAsync("/dev/zero"));
        await Assert.ThrowsAsync<CertificateException>(() => ReadAsync(PathOf("link")));
    }

    [Fact]
    public async Task Pipe_IntoWhichNobodyWrites_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there are no named pipes in folders");
        using (var made = Process.Start("mkfifo", PathOf("pipe")))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.CreateSymbolicLink(PathOf("link"), "pipe");

        await Assert.ThrowsAsync<CertificateException>(() => ReadAsync(PathOf("pipe")));
        await Assert.ThrowsAsync<CertificateException>(() => ReadAsync(PathOf("link")));
    }

    [Fact]
    public async Task Folder_IsRefused() => await Assert.ThrowsAsync<CertificateException>(() => ReadAsync(_folder));

    /// <summary>On a thread of its own: what must not be opened would not come back.</summary>
    private static async Task<string> ReadAsync(string path)
    {
        using var patience = new CancellationTokenSource(_patience);
        var source = new SecureDataSource { Type = SecureDataSource.File, FileSource = new FileSource { Path = path } };
        var reading = Task.Run(async () => await DataSources.ReadAsync(source, "default", new ControlView(), patience.Token), patience.Token);
        return await reading.WaitAsync(_patience);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
