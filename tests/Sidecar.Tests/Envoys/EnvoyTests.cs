using Mesh.Sidecar.Envoys;

namespace Mesh.Sidecar.Tests.Envoys;

public sealed class EnvoyTests
{
    [Fact]
    public void Find_NoEnvoy_SaysHowToGetOneWithCode3()
    {
        var fault = Assert.Throws<SidecarException>(() => EnvoyLocator.Find("envoy", "/nowhere:/neither"));

        Assert.Equal(3, fault.ExitCode);
        Assert.Contains("--envoy-path", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_FileThatIsNoProgram_IsPassedOver()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Programs have no execute bit there.
        }

        var folder = Directory.CreateTempSubdirectory("mesh-");
        var file = Path.Combine(folder.FullName, "envoy");
        File.WriteAllText(file, "");

        Assert.Throws<SidecarException>(() => EnvoyLocator.Find("envoy", folder.FullName));
        Assert.Throws<SidecarException>(() => EnvoyLocator.Find(file, ""));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal(file, EnvoyLocator.Find("envoy", "/nowhere:" + folder.FullName));
        Assert.Equal(file, EnvoyLocator.Find(file, ""));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("envoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/1.40.0/Clean/RELEASE/BoringSSL\n", "1.40.0", true)]
    [InlineData("x version: abc/1.29.3-dev/Modified/DEBUG/BoringSSL", "1.29.3", false)]
    public void Parse_Version_IsRead(string output, string version, bool isCompatible)
    {
        var read = EnvoyVersion.Parse(output)!;

        Assert.Equal((version, isCompatible), (read.Version, read.IsCompatible));
        Assert.EndsWith("/BoringSSL", read.Build, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OtherProgram_GivesNull() => Assert.Null(EnvoyVersion.Parse("bash 5.2"));

    [Theory]
    [InlineData("admin: {address: {pipe: {path: /a/b.sock, mode: 384}}}", "/a/b.sock", "", 0)]
    [InlineData("admin: {address: {socketAddress: {address: 127.0.0.1, portValue: 9901}}}", "", "127.0.0.1", 9901)]
    [InlineData("admin: {address: {socket_address: {address: '::1', port_value: 9901}}}", "", "::1", 9901)]
    public void FromBootstrap_Admin_IsFound(string bootstrap, string socket, string address, int port) =>
        Assert.Equal(new AdminEndpoint(socket, address, port), AdminEndpoint.FromBootstrap(bootstrap));

    [Theory]
    [InlineData("node: {id: a}")]
    [InlineData("")]
    [InlineData("[]")]
    public void FromBootstrap_NoAdmin_GivesNull(string bootstrap) => Assert.Null(AdminEndpoint.FromBootstrap(bootstrap));

    [Fact]
    public void FromBootstrap_NoYaml_SaysSo() => Assert.Throws<SidecarException>(() => AdminEndpoint.FromBootstrap("a: ["));
}
