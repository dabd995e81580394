using System.CommandLine;
using Mesh.Cli.Commands;
using Mesh.Cli.Demo;
using Mesh.Cli.Export;
using Mesh.Cli.Proxy;
using Mesh.Cli.Zones;
using Mesh.Policies.Core;

namespace Mesh.Cli;

/// <summary>The command line <c>mesh</c>.</summary>
public static class MeshCommandLine
{
    /// <summary>Runs a command line.</summary>
    /// <param name="args">Words after <c>mesh</c>.</param>
    /// <param name="output">Where answers go; null: the console.</param>
    /// <param name="error">Where errors go; null: the console.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>Exit code, see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, TextWriter? output = null, TextWriter? error = null, CancellationToken cancellationToken = default)
    {
        var result = Create().Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = output ?? Console.Out,
            Error = error ?? Console.Error,
            ProcessTerminationTimeout = null,
        };
        var code = await result.InvokeAsync(configuration, cancellationToken);
        return result.Errors.Count > 0 ? ExitCodes.Usage : code;
    }

    internal static RootCommand Create()
    {
        var context = new CommandContext(new ConnectionOptions(), MeshCatalog.Create(), TimeProvider.System);
        var root = new RootCommand("Mesh: a service mesh control plane for Envoy, its sidecar and its command line");
        context.Connection.AddTo(root);
        root.Add(RunCommand.Create());
        root.Add(ProxyCommand.Create());
        root.Add(DemoCommand.Create(context));
        root.Add(ApplyCommand.Create(context));
        root.Add(GetCommand.Create(context));
        root.Add(DeleteCommand.Create(context));
        root.Add(InspectCommand.Create(context));
        root.Add(ExportCommand.Create(context));
        root.Add(ZoneCommand.Create(context));
        root.Add(GenerateCommand.Create(context));
        root.Add(VersionCommand.Create(context));
        root.Add(CompletionCommand.Create());
        return root;
    }
}
