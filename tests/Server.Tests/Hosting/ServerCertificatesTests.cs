using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Hosting;

/// <summary>The control plane's own CA over starts and crashes.</summary>
public sealed class ServerCertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-ca").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private string CertFile => Path.Combine(_folder, "control-plane-ca.crt");

    private string KeyFile => Path.Combine(_folder, "control-plane-ca.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Ca_AtTheNextStart_IsTheSame()
    {
        var first = Ca();

        Assert.Equal(first, Ca());
        Assert.Equal([CertFile, KeyFile], Directory.GetFiles(_folder).Order());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        }
    }

    [Theory]
    [InlineData("control-plane-ca.crt")]
    [InlineData("control-plane-ca.key")]
    public void Ca_OfWhichAFileLostItsText_IsMadeAnew(string file)
    {
        var first = Ca();
        File.WriteAllText(Path.Combine(_folder, file), "");

        var second = Ca();

        Assert.NotEqual(first, second);
        Assert.Equal(second, Ca());
    }

    [Fact]
    public void Ca_ThatCouldNotBeReplacedWhenItEnded_IsMadeAnewAtTheNextStart()
    {
        var first = Ca();
        _clock.Advance(TimeSpan.FromDays(3640));

        // The key of the new one is written by then, its certificate cannot be.
        var obstacle = Directory.CreateDirectory(CertFile + ".new");
        Assert.Throws<SettingsException>(Ca);
        obstacle.Delete();

        var second = Ca();
        Assert.NotEqual(first, second);
        Assert.Equal(second, Ca());
    }

    private string Ca()
    {
        var flags = new Dictionary<string, string> { ["store.type"] = "embedded", ["store.dataDir"] = _folder };
        var settings = SettingsLoader.Load(new SettingsSources { Flags = flags }).Settings;
        new ServerCertificates(settings, _clock).Get("dpServer", "", "");
        return File.ReadAllText(CertFile);
    }
}
