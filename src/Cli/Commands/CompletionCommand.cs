using System.CommandLine;

namespace Mesh.Cli.Commands;

/// <summary><c>mesh completion SHELL</c>: a script that completes words by asking <c>mesh</c> itself.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _mesh_complete() {
          local IFS=$'\n'
          COMPREPLY=( $(compgen -W "$(mesh "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") )
        }
        complete -F _mesh_complete mesh
        """;

    private const string Zsh = """
        #compdef mesh
        _mesh_complete() {
          local -a found
          found=("${(@f)$(mesh "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          compadd -- $found
        }
        compdef _mesh_complete mesh
        """;

    private const string Fish = """
        complete -f -c mesh -a '(mesh "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.CompletionSources.Add("bash", "zsh", "fish");
        var command = new Command("completion", "Print a completion script for a shell") { shell };
        CommandContext.SetAction(command, async (result, _) =>
        {
            var script = result.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                var other => throw new CliException($"'{other}' is not a known shell: bash, zsh or fish", ExitCodes.Usage),
            };
            await result.InvocationConfiguration.Output.WriteLineAsync(script);
            return ExitCodes.Success;
        });
        return command;
    }
}
