using System.CommandLine;
using Mesh.Load.Reports;
using Mesh.Load.Runs;
using Mesh.Load.Scenarios;
using Mesh.Load.Serving;

// load SCENARIO.yaml ...: runs scenarios; 0: all that is asked was met, 1: something could not be measured, 2: something was missed. load summary REPORT.json ...: one table of them. load serve: our raw server, started by runs.
const int Missed = 2;
var scenarios = new Argument<string[]>("scenario") { Description = "Scenario files, or names of those in load/Scenarios", Arity = ArgumentArity.OneOrMore };
var report = new Option<string>("--report") { Description = "Folder of the reports", DefaultValueFactory = _ => Path.Combine("artifacts", "load") };
var set = new Option<string[]>("--set") { Description = "A value in place of the scenario's: PATH=VALUE, e.g. --set fleet.proxies=100" };
var mesh = new Option<string>("--mesh") { Description = "The mesh program to measure, as published; otherwise the one that was built with this program", DefaultValueFactory = _ => "" };
var root = new RootCommand("Fleets of virtual Envoys against a control plane, and what they see of it") { scenarios, report, set, mesh };
root.SetAction(async (result, cancellationToken) =>
{
    try
    {
        var missed = new List<string>();
        foreach (var path in result.GetValue(scenarios)!)
        {
            var file = File.Exists(path) ? path : Path.Combine(AppContext.BaseDirectory, "Scenarios", path + ".yaml");
            var scenario = ScenarioReader.Read(await File.ReadAllTextAsync(file, cancellationToken), result.GetValue(set));
            if (result.GetValue(mesh) is { Length: > 0 } program)
            {
                scenario = scenario with { Servers = [.. scenario.Servers.Select(server => server with { Program = Path.GetFullPath(program) })] };
            }

            await SimulatorWarmUp.RunAsync(scenario, cancellationToken);
            var run = await ScenarioRun.RunAsync(scenario, Console.Out, cancellationToken);
            await run.WriteAsync(result.GetValue(report)!, cancellationToken);
            Console.WriteLine(SummaryTable.Write([run]));
            if (!run.IsGood)
            {
                missed.Add(scenario.Name);
            }
        }

        if (missed.Count == 0)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync($"missed: {string.Join(' ', missed)}");
        return Missed;
    }
    catch (Exception e) when (e is ScenarioException or HttpRequestException or IOException or InvalidOperationException or TimeoutException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
});

var files = new Argument<string[]>("report") { Arity = ArgumentArity.OneOrMore };
var summary = new Command("summary", "Print one table of reports") { files };
summary.SetAction(result => Console.Out.Write(SummaryTable.Write(result.GetValue(files)!.Select(RunReport.Read))));
root.Add(summary);
root.Add(ServeCommand.Create());
return await root.Parse(args).InvokeAsync();
